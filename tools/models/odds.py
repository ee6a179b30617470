"""From log-probabilities of tokens to the probability of each option at each `choice` of a reply."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

# Inside a string the quotes would be escaped: what this finds is the name of a field.
_CHOICE = re.compile(r'(?<!\\)"choice"\s*:\s*"')


def choice_probabilities(tokens: Sequence[dict[str, Any]], text: str, options: Sequence[str]) -> tuple[dict[str, float], ...]:
    """The probability of each option's first token, for each `"choice": "..."` in order.

    Args:
        tokens: As the API gives them: `token`, `logprob` and `top_logprobs`.
        text: The JSON that was read from the reply; choices elsewhere in it, such as in thoughts, do not count.
        options: What a choice may say. A token that begins several options counts for none of them.

    Returns:
        Empty when the tokens do not add up to the text, or when any choice cannot be read off them.
    """
    try:
        return _read(tokens, text, options)
    except (AttributeError, KeyError, TypeError):
        # Servers fill these fields as they like, and an answer without odds is still an answer.
        return ()


def _read(tokens: Sequence[dict[str, Any]], text: str, options: Sequence[str]) -> tuple[dict[str, float], ...]:
    joined = "".join(token["token"] for token in tokens)
    begin = joined.rfind(text)
    if not options or begin < 0 or not text:
        return ()
    starts = list(accumulate((len(token["token"]) for token in tokens), initial=0))
    places = [begin + match.end() for match in _CHOICE.finditer(text)]
    found = [_odds_at(place, tokens, starts, options) for place in places]
    return tuple(found) if all(found) else ()


def _odds_at(place: int, tokens: Sequence[dict[str, Any]], starts: Sequence[int], options: Sequence[str]) -> dict[str, float]:
    """Probabilities where the first character of an option stands; empty when the server told none."""
    index = next(i for i in range(len(tokens)) if starts[i] <= place < starts[i + 1])
    before = tokens[index]["token"][: place - starts[index]]
    told = {each["token"]: each["logprob"] for each in (tokens[index], *(tokens[index].get("top_logprobs") or ()))}
    odds = dict.fromkeys(options, 0.0)
    for token, logprob in told.items():
        word = token.removeprefix(before).partition('"')[0] if token.startswith(before) else ""
        fitting = [option for option in options if word and option.startswith(word)]
        if len(fitting) == 1:
            odds[fitting[0]] += math.exp(min(0.0, logprob))
    return {option: min(1.0, odd) for option, odd in odds.items()} if any(odds.values()) else {}
