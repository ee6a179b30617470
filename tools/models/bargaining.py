"""Which optional field of a request to leave out when a server refuses it: servers differ in what they know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .schemas import ReplyForm
from .server_faults import ServerFault

TOP = 5
_WORDS: dict[str, tuple[str, ...]] = {
    "logprobs": ("logprob",),
    "temperature": ("temperature",),
    "seed": ("seed",),
    # Its refusal names what to send instead.
    "max_tokens": ("max_completion_tokens",),
    "response_format": ("response_format", "json_schema", "structured output", "guided", "grammar"),
}
OPTIONAL = tuple(_WORDS)
"""The fields that a server may refuse."""
_REFUSING = frozenset({400, 403, 422})


def body_of(
    form: ReplyForm, longest: int, refused: Collection[str], *, newer_limit: bool, seed: int | None = None
) -> dict[str, Any]:
    """The fields of a request besides model and messages.

    They are sent as they are: given to the SDK by name, `response_format` would have it parse the reply, raise on one that is
    cut off, and lose what was paid.

    Args:
        form: The shape of the reply.
        longest: Tokens that a reply may have.
        refused: Fields that this server does not take.
        newer_limit: Call the limit `max_completion_tokens`.
        seed: Of the model's chance; None leaves it to the server.
    """
    newer = newer_limit or "max_tokens" in refused
    body: dict[str, Any] = {"max_completion_tokens" if newer else "max_tokens": longest}
    if "response_format" not in refused:
        body["response_format"] = form.response_format
    if "temperature" not in refused:
        body["temperature"] = 0
    if seed is not None and "seed" not in refused:
        body["seed"] = seed
    if form.choices and "logprobs" not in refused:
        body |= {"logprobs": True, "top_logprobs": TOP}
    return body


def named_in(fault: ServerFault, sent: Collection[str]) -> str | None:
    """The field of those sent that a refusal is about by its own words."""
    said = fault.said.lower()
    if fault.status not in _REFUSING:
        return None
    return next((name for name, words in _WORDS.items() if name in sent and any(word in said for word in words)), None)


def guessed_from(fault: ServerFault, sent: Collection[str]) -> str | None:
    """The field of those sent to try without when a server does not say what it dislikes: what is least common."""
    if fault.status != 400 or "context" in fault.said.lower():
        return None
    return next((name for name in ("logprobs", "response_format") if name in sent), None)
