"""Which types a stored conversation may bring back to life: our own values and LangGraph's own messages, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isclass
from types import ModuleType

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from . import conversation, corrections, report, state, values

ABOVE = (("viddiff.agent.report", "Report"),)
"""Values of the rooms above, by name, since those may not be imported here."""


def serializer(*also: type) -> JsonPlusSerializer:
    """LangGraph's serializer, held to an explicit list of types; of anything else only the plain data comes back.

    A tuple of values comes back as a list of values (MessagePack knows no tuples); inside a value it is a tuple again.
    """
    own = [found for module in (values, state, report, conversation, corrections) for found in _values_of(module)]
    return JsonPlusSerializer(allowed_msgpack_modules=[*own, *ABOVE, *also])


def _values_of(module: ModuleType) -> Iterator[type]:
    for found in vars(module).values():
        if isclass(found) and issubclass(found, values.Value) and found.__module__ == module.__name__:
            yield found
