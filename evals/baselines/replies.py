"""What a model answers to a single request: a letter for each given statement, or statements of its own with letters."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Place = Literal["first", "second"]


class Chosen(BaseModel):
    """One given statement, decided."""

    model_config = ConfigDict(extra="forbid")

    id: str
    choice: Place
    """The video that shows it more."""
    confidence: float = Field(ge=0, le=1)


class ChosenAll(BaseModel):
    """The closed setting."""

    model_config = ConfigDict(extra="forbid")

    answers: list[Chosen]


class Named(BaseModel):
    """One statement of the model's own."""

    model_config = ConfigDict(extra="forbid")

    description: str
    choice: Place
    confidence: float = Field(ge=0, le=1)


class NamedAll(BaseModel):
    """The open setting."""

    model_config = ConfigDict(extra="forbid")

    differences: list[Named]
