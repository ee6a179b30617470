"""From a question to the messages of a chat: texts and pictures in order, and what is said when the answer was unusable."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from .asking import Ask, ImagePart, TextPart
from .schemas import ReplyForm
from .server_faults import one_line

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_SHOWN = 1500
"""Characters of an unusable reply that are shown to the model again."""


def messages_of(question: Ask, written: ReplyForm | None = None) -> list[BaseMessage]:
    """The system's words and the user's parts.

    Args:
        question: What is asked.
        written: The form to write out in words, for servers that do not enforce it.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    system = question.system if written is None else f"{question.system}\n\n{form_in_words(written)}"
    return [SystemMessage(system), HumanMessage(_content(question.parts))]


def form_in_words(form: ReplyForm) -> str:
    """The form as an instruction."""
    return f"Reply with one JSON object that follows this JSON schema, and with nothing else:\n{form.text}"


def repair_of(text: str, reason: str) -> tuple[BaseMessage, BaseMessage]:
    """The unusable reply, and what is wrong with it.

    An assistant's message always stands between the two of the user: many chat templates refuse anything else.
    """
    from langchain_core.messages import AIMessage, HumanMessage

    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."
    return (
        AIMessage(shown if shown.strip() else "(no answer)"),
        HumanMessage(
            f"That reply cannot be used: {one_line(reason)}. "
            "Answer the same question again, briefly, with one JSON object in the form that was asked for and nothing else."
        ),
    )


def _content(parts: tuple[TextPart | ImagePart, ...]) -> str | list[str | dict[str, Any]]:
    # Models without eyes often take nothing but a plain text.
    texts = [part.text for part in parts if isinstance(part, TextPart)]
    return "\n\n".join(texts) if len(texts) == len(parts) else [_block(part) for part in parts]


def _block(part: TextPart | ImagePart) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    coded = base64.b64encode(part.jpeg).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{coded}", "detail": "high"}}
