"""The library of known actions: their stages, what a coach would compare, and which of them a description means."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from ..memory.values import Stage, Value
from . import library
from .action_words import NOISE, ActionVocabulary, ActionWord
from .yaml_reading import read_yaml

GENERAL = "general"
"""Key of the action that stands for every unknown one."""
_GAP = 3
# Words of an alias may be up to this many other words apart in a description.
_UNORDERED = 0.8
# What a match is worth whose words stand in another order ("kick a soccer ball" for "soccer kick").


class LibraryDifference(Value):
    """One way in which two performances of an action may differ."""

    name: str
    statement: str
    """A plain comparison that is true of the clip that shows more of it."""
    stages: tuple[str, ...] = ()
    """Names of the stages in which it shows; empty means the whole action."""
    frames: Literal["one", "many"] = "one"
    importance: float = Field(default=0.5, ge=0, le=1)
    wording: str = ""
    """How a report tells it, in the user's own words; the statement itself when empty."""


class Action(Value):
    """What is known of one action."""

    key: str
    name: str
    aliases: tuple[str, ...] = Field(min_length=1)
    """What users call it; the words may stand apart in a description."""
    alone: tuple[str, ...] = ()
    """Words that mean this action only when a description says little else ("jump")."""
    unless: tuple[str, ...] = ()
    """Words that make another action of it ("table" beside "tennis")."""
    family: str
    stages: tuple[Stage, ...] = Field(min_length=3, max_length=6)
    differences: tuple[LibraryDifference, ...] = Field(min_length=1)
    peak_stage: str
    """The stage that holds the key instant, such as the bottom of a squat."""
    cyclic: bool = False
    """Whether repetitions are to be expected."""
    returns: bool = False
    """Whether it ends in the posture in which it began."""
    view: Literal["any", "front", "side"] = "any"
    """Where the camera usually stands."""

    @model_validator(mode="after")
    def _consistent(self) -> Action:
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.key}: stage names must differ, got {names}")
        linked = {name for difference in self.differences for name in difference.stages} | {self.peak_stage}
        if unknown := linked - set(names):
            raise ValueError(f"{self.key}: unknown stages {sorted(unknown)}, expected some of {names}")
        if "start" not in self.stages[0].phases or "end" not in self.stages[-1].phases or "peak" not in self.peak.phases:
            raise ValueError(f"{self.key}: the first stage must be the start, the last the end, and {self.peak_stage!r} the peak")
        return self

    @property
    def peak(self) -> Stage:
        """The stage called `peak_stage`."""
        return next(stage for stage in self.stages if stage.name == self.peak_stage)


class Match(Value):
    """The action that a description means."""

    action: Action
    score: float = Field(ge=0, le=1)
    """1 when the description is an alias and nothing else; lower the more else it says and the further apart the words stand."""
    alias: str
    """The alias that was found."""


class _Phrase(Value):
    """One alias, split into words."""

    action: Action
    alias: str
    words: tuple[str, ...]
    alone: bool


class _Hit(Value):
    """One alias found in a description."""

    phrase: _Phrase
    start: int
    end: int
    """The words found lie in [start, end)."""
    closeness: float
    """0 to 1: how close together, and whether in order, the words stand."""
    weight: float
    """How specific the alias is, times `closeness`."""


class ActionLibrary(Value):
    """All known actions. Reading them takes a moment: load once and hold on to it."""

    actions: tuple[Action, ...]
    _vocabulary: ActionVocabulary = PrivateAttr()
    _phrases: tuple[_Phrase, ...] = PrivateAttr()
    _rarity: dict[str, float] = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Index the aliases."""
        spoken = [action for action in self.actions if action.key != GENERAL]
        self._vocabulary = ActionVocabulary(
            text for action in spoken for text in (*action.aliases, *action.alone, *action.unless)
        )
        self._phrases = tuple(
            _Phrase(action=action, alias=alias, words=self._vocabulary.phrase(alias), alone=alias in action.alone)
            for action in spoken
            for alias in (*action.aliases, *action.alone)
        )
        owners = Counter(word for word, _ in {(word, phrase.action.key) for phrase in self._phrases for word in phrase.words})
        self._rarity = {word: 1 + math.log(len(spoken) / count) for word, count in owners.items()}

    @classmethod
    def load(cls, own: Sequence[Action] = ()) -> ActionLibrary:
        """Read the library that comes with viddiff; the user's own actions stand before it and in place of those of the same name."""
        found = [path for path in files(library).iterdir() if path.name.endswith(".yaml")]
        texts = [path.read_text(encoding="utf-8") for path in sorted(found, key=lambda path: path.name)]
        taken = {name for action in own for name in (action.key, action.name)}
        known = (action for text in texts for action in parse_actions(text))
        return cls(actions=(*own, *(action for action in known if taken.isdisjoint((action.key, action.name)))))

    def get(self, key: str) -> Action:
        """The action with this key; KeyError when there is none."""
        for action in self.actions:
            if action.key == key:
                return action
        raise KeyError(key)

    def general(self) -> Action:
        """What is assumed of an action that nobody described: a start, a way out to an extreme posture and back."""
        return self.get(GENERAL)

    def match(self, description: str) -> Match | None:
        """Find the action that a description means.

        Args:
            description: Free text, such as "my push ups" or "a person does a single penalty kick, practice only".

        Returns:
            The action whose most specific alias is found; None when none is, or when the description strings two actions together
            that have no entry of their own ("a squat, then a push-up").
        """
        words = self._vocabulary.words(description)
        texts = [word.text for word in words]
        told = frozenset(texts)
        said = [phrase for phrase in self._phrases if told.issuperset(phrase.words) and self._allowed(phrase, told)]
        hits = [hit for phrase in said if (hit := self._find(phrase, texts))]
        if not hits:
            return None
        best = max(hits, key=lambda hit: (hit.weight, len(hit.phrase.words)))
        if any(self._second_action(best, other, words) for other in hits):
            return None
        found = len(best.phrase.words)
        covered = found / max(found, sum(word.text not in NOISE for word in words))
        return Match(action=best.phrase.action, alias=best.phrase.alias, score=round(best.closeness * (0.5 + 0.5 * covered), 3))

    def _allowed(self, phrase: _Phrase, told: frozenset[str]) -> bool:
        """Whether no other word that is told speaks against the alias."""
        others = told.difference(phrase.words)
        vetoes = (word for veto in phrase.action.unless for word in self._vocabulary.phrase(veto))
        return not (phrase.alone and others - NOISE) and others.isdisjoint(vetoes)

    def _find(self, phrase: _Phrase, texts: list[str]) -> _Hit | None:
        if (place := _place(phrase.words, texts)) is None:
            return None
        start, end, closeness = place
        weight = closeness * sum(self._rarity[word] for word in phrase.words)
        return _Hit(phrase=phrase, start=start, end=end, closeness=closeness, weight=weight)

    def _second_action(self, best: _Hit, other: _Hit, words: tuple[ActionWord, ...]) -> bool:
        """Whether `other` is an action of its own, done before or after the best one."""
        action = best.phrase.action
        own = {word for phrase in self._phrases if phrase.action is action for word in phrase.words}
        if other.phrase.action is action or set(other.phrase.words) <= own:
            return False
        first, second = sorted((best, other), key=lambda hit: hit.start)
        return first.end <= second.start and words[first.end - 1].clause < words[second.start].clause


def _place(wanted: tuple[str, ...], texts: list[str]) -> tuple[int, int, float] | None:
    """The tightest place where all wanted words stand: [start, end) and its closeness; None when they are too far apart."""
    need, places = Counter(wanted), []
    for length in range(len(wanted), len(wanted) + (_GAP if len(wanted) > 1 else 0) + 1):
        for start in range(len(texts) - length + 1):
            window = texts[start : start + length]
            if not need - Counter(window):
                order = 1.0 if _in_order(wanted, window) else _UNORDERED
                places.append((start, start + length, order * math.sqrt(len(wanted) / length)))
    return max(places, key=lambda place: place[2], default=None)


def _in_order(wanted: tuple[str, ...], window: list[str]) -> bool:
    rest = iter(window)
    return all(word in rest for word in wanted)


def parse_actions(text: str) -> tuple[Action, ...]:
    """Read the actions of one YAML file: stages and differences are mappings by name, `shared` holds what several actions use.

    A difference without `frames` is seen in one frame when it names one stage, else in many.
    """
    return actions_of(read_yaml(text))


def actions_of(data: dict[str, Any]) -> tuple[Action, ...]:
    """The actions of one file whose YAML is read already."""
    return tuple(_action(key, data["family"], fields) for key, fields in data["actions"].items())


def _action(key: str, family: str, fields: dict[str, Any]) -> Action:
    stages = [{"name": name, **stage} for name, stage in fields["stages"].items()]
    differences = [{"name": name, **_with_frames(rest)} for name, rest in fields["differences"].items()]
    return Action.model_validate({**fields, "key": key, "family": family, "stages": stages, "differences": differences})


def _with_frames(fields: dict[str, Any]) -> dict[str, Any]:
    return {"frames": "one" if len(fields.get("stages", ())) == 1 else "many", **fields}
