"""What is asked of a remote model and what comes back: the seam between the tools and any client."""

from __future__ import annotations

from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, Field

from ...memory.usage import CallUsage
from ...memory.values import Value

T = TypeVar("T", bound=BaseModel)


class TextPart(Value):
    """Words."""

    text: str


class ImagePart(Value):
    """A picture, already encoded and of bounded size."""

    jpeg: bytes
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class Ask(Value):
    """One structured question."""

    kind: Literal["proposer", "vlm"]
    system: str
    parts: tuple[TextPart | ImagePart, ...]
    """In the order in which the model sees them."""
    prompt_version: str
    """Content hash of the prompt files behind `system` and the texts."""
    cache_parts: tuple[str | int | float, ...]
    """Everything that decides the answer besides model, prompt and schema: frame digests, times, crops, order, statements."""
    differences: tuple[str, ...] = ()
    """Ids of the differences that it is about, for the trace."""
    order: Literal["", "ab", "ba"] = ""
    """Which clip is shown first, for the trace; empty where that means nothing."""


class Answered(BaseModel, Generic[T]):
    """A parsed, validated answer."""

    value: T
    usage: CallUsage
    choice_probabilities: tuple[dict[str, float], ...] = ()
    """Where the server gives log-probabilities: per `choice` field in the reply, the probability of each option's first token."""
    unusable: str = ""
    """What was wrong with the reply that came before it, on one line; empty where it came at once."""


class Asker(Protocol):
    """A remote model that answers structured questions."""

    @property
    def name(self) -> str:
        """The spec it was made from, without any key."""
        ...

    def load(self) -> None:
        """Load what asking takes, so that the first question need not wait for it; never raises. May be called from any thread."""
        ...

    async def ask(self, question: Ask, schema: type[T]) -> Answered[T]:
        """One answer that conforms to `schema`.

        Raises:
            ModelReplyError: the model answered rubbish, also when asked again.
            ModelServerError: the server failed for good.
            BudgetExhausted: asking would go beyond the run's limit; nothing was sent.
        """
        ...
