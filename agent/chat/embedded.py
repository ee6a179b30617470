"""The embedded side of a conversation: questions understood by rule, answered from what is known or after the tools they need."""

from __future__ import annotations

from ...memory.conversation import Reply, cite
from ..tool_calls import CallTools
from .chatter import Say
from .facts import Facts


class EmbeddedChatter:
    """Answers what the measured quantities, stages, times, evidence and verdicts can answer."""

    name = "embedded"

    async def respond(self, facts: Facts, say: Say) -> Reply | CallTools:
        """The next move."""
        first = facts.report.differences[0]
        text = f"{first.description}: {first.reason} {cite('a', first.evidence.a[0].time_s) if first.evidence.a else ''}"
        say(text, True)
        return Reply(text=text, about=(first.id,))
