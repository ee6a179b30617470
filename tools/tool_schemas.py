"""The tools as a planner sees them: names, arguments and descriptions; what they do is in `toolbox`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..memory.values import Strategy


class ProposeDifferences(BaseModel):
    """Split the action into stages and propose what can differ; with given statements, only link them to stages."""

    model_config = ConfigDict(title="propose_differences", extra="forbid")

    max_differences: int = Field(ge=1, le=100, description="How many differences to propose at most.")


class RetrieveKeyframes(BaseModel):
    """Find the matching instants in both videos that show some differences."""

    model_config = ConfigDict(title="retrieve_keyframes", extra="forbid")

    difference_ids: list[str] = Field(min_length=1, description="Ids of the differences to look for.")
    strategy: Strategy = Field(
        description=(
            "'align' first. To look again: 'extremum' (where the quantity peaks), 'widen', 'shift', 'dense' (every frame of the stage), "
            "'next_best' (other repetitions or the second-best place), 'crop' (full resolution)."
        )
    )


class MeasureMotion(BaseModel):
    """Measure differences on the tracked bodies at their key frames, with units and error bars."""

    model_config = ConfigDict(title="measure_motion", extra="forbid")

    difference_ids: list[str] = Field(min_length=1, description="Ids of the differences to measure.")


class QueryVlm(BaseModel):
    """Ask a vision-language model about differences on their key frames, in both orders of the videos."""

    model_config = ConfigDict(title="query_vlm", extra="forbid")

    difference_ids: list[str] = Field(min_length=1, description="Ids of the differences to ask about.")
    order: Literal["both"] = Field(description="Every question is put in both orders, A first and B first.")


ToolArguments = type[ProposeDifferences] | type[RetrieveKeyframes] | type[MeasureMotion] | type[QueryVlm]
SCHEMAS: dict[str, ToolArguments] = {
    "propose_differences": ProposeDifferences,
    "retrieve_keyframes": RetrieveKeyframes,
    "measure_motion": MeasureMotion,
    "query_vlm": QueryVlm,
}
"""Tool schemas by name."""
