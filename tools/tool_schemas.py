"""The tools as a planner sees them: names, arguments and descriptions; what they do is in `toolbox`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..memory.values import Answer, BodySide, Side, Strategy


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
    """Measure differences on the tracked bodies at their key frames, with units and error bars; or any quantity, in a stage."""

    model_config = ConfigDict(title="measure_motion", extra="forbid")

    difference_ids: list[str] | None = Field(default=None, description="Ids of the differences to measure.")
    quantity: str | None = Field(default=None, description="Instead of ids: the name of a quantity, such as knee_flexion.")
    stage: str | None = Field(default=None, description="Read the quantity in this stage only.")
    repetition: int | None = Field(
        default=None, ge=1, description="Read in this repetition only, counted from 1; leaves the verdicts."
    )

    @model_validator(mode="after")
    def _something(self) -> MeasureMotion:
        if not self.difference_ids and not self.quantity:
            raise ValueError("name difference_ids or a quantity")
        return self


class QueryVlm(BaseModel):
    """Ask a vision-language model about differences on their key frames, in both orders of the videos."""

    model_config = ConfigDict(title="query_vlm", extra="forbid")

    difference_ids: list[str] = Field(min_length=1, description="Ids of the differences to ask about.")
    order: Literal["both"] = Field(description="Every question is put in both orders, A first and B first.")


class ShowFrames(BaseModel):
    """Look at one instant of one video and at the matching instant of the other: what the bodies do there, with numbers."""

    model_config = ConfigDict(title="show_frames", extra="forbid")

    video: Side
    time_s: float = Field(ge=0, description="Seconds in that video as played.")


class CompareAt(BaseModel):
    """Compare the bodies at the key instant of one stage: the quantities that differ most come first."""

    model_config = ConfigDict(title="compare_at", extra="forbid")

    stage: str
    repetition: int | None = Field(default=None, ge=1, description="Counted from 1; null compares a typical one.")


class ConsiderStatements(BaseModel):
    """Add statements that the user asks about ("the elbows are more bent") to the comparison; they are decided like all others."""

    model_config = ConfigDict(title="consider_statements", extra="forbid")

    statements: list[str] = Field(
        min_length=1, max_length=6, description="Each true of the video that shows it more; names no video."
    )


class ChooseRepetition(BaseModel):
    """Compare one repetition only from now on, or all again; every difference is decided anew."""

    model_config = ConfigDict(title="choose_repetition", extra="forbid")

    repetition: int | None = Field(ge=1, description="Counted from 1; null for all.")


class NamePeople(BaseModel):
    """Remember who is seen in the videos."""

    model_config = ConfigDict(title="name_people", extra="forbid")

    a: str | None = Field(default=None, max_length=60, description="Who is in video A; 'you' for the user.")
    b: str | None = Field(default=None, max_length=60, description="Who is in video B; 'you' for the user.")


class CorrectDifference(BaseModel):
    """Write down that the user says a difference is otherwise: another answer, or another side of the body than was read."""

    model_config = ConfigDict(title="correct_difference", extra="forbid")

    difference_id: str
    answer: Answer | None = Field(default=None, description="What the user says instead, if that is what they correct.")
    side: BodySide | None = Field(
        default=None, description="The side of the body that the user means, if that is what they correct."
    )
    said: str = Field(max_length=500, description="The user's own words.")

    @model_validator(mode="after")
    def _something(self) -> CorrectDifference:
        if self.answer is None and self.side is None:
            raise ValueError("name the answer or the side")
        return self


ToolArguments = type[ProposeDifferences] | type[RetrieveKeyframes] | type[MeasureMotion] | type[QueryVlm]
ChatArguments = (
    type[ShowFrames]
    | type[CompareAt]
    | type[ConsiderStatements]
    | type[ChooseRepetition]
    | type[NamePeople]
    | type[CorrectDifference]
)
SCHEMAS: dict[str, ToolArguments] = {
    "propose_differences": ProposeDifferences,
    "retrieve_keyframes": RetrieveKeyframes,
    "measure_motion": MeasureMotion,
    "query_vlm": QueryVlm,
}
"""Tool schemas of the planner by name."""
CHAT_SCHEMAS: dict[str, ChatArguments | type[MeasureMotion]] = {
    "measure_motion": MeasureMotion,
    "show_frames": ShowFrames,
    "compare_at": CompareAt,
    "consider_statements": ConsiderStatements,
    "choose_repetition": ChooseRepetition,
    "correct_difference": CorrectDifference,
    "name_people": NamePeople,
}
"""Tool schemas that answer a user's questions, by name."""
