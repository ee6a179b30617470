"""LangSmith by its usual environment variables (LANGSMITH_TRACING and others), with the pictures left out of what goes there."""

from __future__ import annotations

import re

from langchain_core.callbacks import BaseCallbackHandler

PICTURE = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=-]+")
INSTEAD = "[picture left out]"
DEEPEST = 40
"""Levels of nesting in which pictures are looked for."""


def callbacks() -> list[BaseCallbackHandler]:
    """What a run of the graph tells LangSmith through; nothing where tracing is not switched on.

    Without it LangChain's own tracer would send the questions as they go to the model, each picture as base64.
    """
    from langsmith.utils import tracing_is_enabled

    if not tracing_is_enabled():
        return []
    from langchain_core.tracers import LangChainTracer
    from langsmith import Client
    from langsmith.anonymizer import create_anonymizer

    hidden = create_anonymizer([{"pattern": PICTURE, "replace": INSTEAD}], max_depth=DEEPEST)
    return [LangChainTracer(client=Client(anonymizer=hidden))]
