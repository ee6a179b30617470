"""Words for postures: a sentence about one frame turned into posture features with target values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from pydantic import Field, field_validator

from ..memory.values import Value
from .posture import FEATURE_NAMES
from .yaml_reading import read_yaml

FILLERS = frozenset({"the", "a", "an", "is", "are", "and", "with", "both", "their", "his", "her"})
"""Words that carry no posture; dropped before matching."""


class PostureEntry(Value):
    """Phrases that mean the same posture, and the feature values (0 to 1) that they stand for."""

    phrases: tuple[str, ...] = Field(min_length=1)
    features: Mapping[str, float]

    @field_validator("features")
    @classmethod
    def _known(cls, features: Mapping[str, float]) -> Mapping[str, float]:
        for name, value in features.items():
            if name not in FEATURE_NAMES or not 0.0 <= value <= 1.0:
                raise ValueError(f"{name}={value}: expected one of {', '.join(FEATURE_NAMES)} with a value from 0 to 1")
        return features


class PostureLexicon:
    """Longest phrase first; a later, shorter phrase never overrules a feature that a longer one has set."""

    def __init__(self, entries: tuple[PostureEntry, ...]) -> None:
        pairs = [(phrase, entry.features) for entry in entries for phrase in entry.phrases]
        self._pairs = sorted(((_pattern(phrase), len(phrase), features) for phrase, features in pairs), key=lambda p: -p[1])

    @classmethod
    def load(cls) -> PostureLexicon:
        """The lexicon that comes with viddiff."""
        text = files("viddiff.tools").joinpath("posture_lexicon.yaml").read_text(encoding="utf-8")
        return cls(tuple(PostureEntry.model_validate(entry) for entry in read_yaml(text)))

    def features(self, text: str) -> dict[str, float]:
        """Feature values that `text` asks for; empty when it says nothing about a posture."""
        rest, found = _normal(text), {}
        for pattern, _, features in self._pairs:
            rest, count = pattern.subn(" ; ", rest)
            if count:
                found = {**features, **found}
        return found


def _normal(text: str) -> str:
    words = re.findall(r"[a-z]+", text.lower())
    return " ".join(word for word in words if word not in FILLERS)


def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase as whole words, with up to one word let in between two of its own ("knees [only] slightly bent")."""
    words = [re.escape(word) for word in _normal(phrase).split()]
    return re.compile(r"\b" + r"(?: \w+)? ".join(words) + r"\b")
