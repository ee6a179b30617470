"""An asker whose every question and answer goes into the trace of the run, with the pictures as they were sent."""

from __future__ import annotations

import uuid
from time import monotonic
from typing import TypeVar

from pydantic import BaseModel

from ...memory.model_traces import ModelAsked, ModelReplied, Picture
from ...memory.trace_recorder import Recorder
from .asking import Answered, Ask, Asker, TextPart

T = TypeVar("T", bound=BaseModel)


class TracedAsker:
    """Asks through another asker; implements `viddiff.tools.models.asking.Asker`.

    Args:
        asker: Who is asked.
        recorder: Told what is asked and what comes back.
    """

    def __init__(self, asker: Asker, recorder: Recorder) -> None:
        self._asker, self._recorder = asker, recorder

    @property
    def name(self) -> str:
        """The asker's."""
        return self._asker.name

    def load(self) -> None:
        """The asker's."""
        self._asker.load()

    async def ask(self, question: Ask, schema: type[T]) -> Answered[T]:
        """The asker's answer, or its error."""
        id_ = uuid.uuid4().hex[:12]
        self._recorder.record(self._asked(id_, question))
        began = monotonic()
        try:
            answered = await self._asker.ask(question, schema)
        except BaseException as error:
            # Also when the run is stopped: somebody was asked, and nothing came.
            why = str(error) or type(error).__name__
            self._recorder.record(ModelReplied(id=id_, error=why, seconds=monotonic() - began))
            raise
        reply = answered.value.model_dump(mode="json")
        seconds = monotonic() - began
        told = ModelReplied(id=id_, reply=reply, unusable=answered.unusable, seconds=seconds, **answered.usage.model_dump())
        self._recorder.record(told)
        return answered

    def _asked(self, id_: str, question: Ask) -> ModelAsked:
        parts = tuple(
            part.text
            if isinstance(part, TextPart)
            else Picture(frame=self._recorder.keep_frame(part.jpeg), width=part.width, height=part.height)
            for part in question.parts
        )
        return ModelAsked(
            id=id_,
            model=self.name,
            role=question.kind,
            prompt_version=question.prompt_version,
            system=question.system,
            parts=parts,
            differences=question.differences,
            order=question.order,
        )
