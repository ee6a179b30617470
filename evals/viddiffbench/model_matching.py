"""Matching by a language model, as the benchmark's authors match: structured, cached, checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ...agent.settings import Settings
from ...prompts.rendering import prompt_version, render
from ...tools.models.asking import Ask, Asker, TextPart
from ..remote_asking import remote_asker
from .predictions import Predictions
from .rows import BenchRow

TOGETHER = 6
"""Pairs of statements in one question about opposites, as many as the authors ask about at once."""
T = TypeVar("T", bound=BaseModel)


class Match(BaseModel):
    """A labelled difference and the prediction that means the same; None for none."""

    model_config = ConfigDict(extra="forbid")

    labelled: str
    predicted: str | None


class Matches(BaseModel):
    """What the model is asked for about one pair of videos."""

    model_config = ConfigDict(extra="forbid")

    matches: list[Match]


class Opposed(BaseModel):
    """Whether the two statements with this number are opposites."""

    model_config = ConfigDict(extra="forbid")

    number: int
    opposite: bool


class Oppositions(BaseModel):
    """What the model is asked for about a few pairs of statements."""

    model_config = ConfigDict(extra="forbid")

    pairs: list[Opposed]


class ModelMatcher:
    """Asks a language model; what it says beyond the question is left out and named in `mended`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self.mended: list[str] = []
        """Where a reply named keys that are not there, used a prediction twice, or left a pair out."""

    @property
    def name(self) -> str:
        """The model."""
        return self._asker.name

    async def match(self, row: BenchRow, given: Predictions) -> dict[str, str]:
        """One question about all labelled differences of a pair.

        Raises:
            ModelServerError: The server failed for good, or answered rubbish twice.
            BudgetExhausted: The limit is reached.
        """
        if not given or not row.differences:
            return {}
        listed = {
            "action": row.action_description,
            "labelled": {d.key: d.description for d in row.differences},
            "predicted": {key: p.description for key, p in given.items()},
        }
        reply = await self._ask("match_differences", listed, Matches)
        return self._checked(reply, row, given)

    async def opposite(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """A few pairs in one question; one that is left out of the reply is asked about alone. Errors as for `match`."""
        found: list[bool] = []
        for start in range(0, len(pairs), TOGETHER):
            few = pairs[start : start + TOGETHER]
            heard = await self._opposite(few)
            found += [heard[n] if n in heard else await self._alone(pair) for n, pair in enumerate(few)]
        return found

    async def _opposite(self, pairs: Sequence[tuple[str, str]]) -> dict[int, bool]:
        listed = {"pairs": [{"number": n, "first": one, "second": other} for n, (one, other) in enumerate(pairs)]}
        reply = await self._ask("match_opposites", listed, Oppositions)
        return {each.number: each.opposite for each in reply.pairs}

    async def _alone(self, pair: tuple[str, str]) -> bool:
        heard = await self._opposite([pair])
        if 0 not in heard:
            self.mended.append(f"no word on whether {pair[0]!r} and {pair[1]!r} are opposites: taken as not")
        return heard.get(0, False)

    def _checked(self, reply: Matches, row: BenchRow, given: Predictions) -> dict[str, str]:
        found: dict[str, str] = {}
        labelled = {d.key for d in row.differences}
        for match in reply.matches:
            if match.predicted is None or match.predicted.lower() == "none":
                continue
            if match.labelled not in labelled or match.predicted not in given:
                self.mended.append(f"{row.sample_key}: {match.labelled!r} to {match.predicted!r}: there is no such key")
            elif match.labelled in found or match.predicted in found.values():
                self.mended.append(f"{row.sample_key}: {match.labelled!r} to {match.predicted!r}: matched before")
            else:
                found[match.labelled] = match.predicted
        return found

    async def _ask(self, prompt: str, listed: Mapping[str, object], schema: type[T]) -> T:
        text = json.dumps(listed, indent=1, ensure_ascii=False)
        question = Ask(
            kind="proposer",
            system=render(prompt),
            parts=(TextPart(text=text),),
            prompt_version=prompt_version(prompt),
            cache_parts=(prompt, text),
        )
        return (await self._asker.ask(question, schema)).value


def model_matcher(spec: str, settings: Settings, pairs: int) -> ModelMatcher:
    """A matcher on a model (`openai:MODEL` or `openai:MODEL@BASE_URL`), its replies cached; the cost limit is that of the settings.

    Raises:
        SettingsError: The spec names no model, or a key is missing.
    """
    # Two or three questions a pair, and retries; how many calls a comparison may make says nothing about this.
    return ModelMatcher(remote_asker(spec, settings, 10 * pairs))
