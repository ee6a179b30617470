"""Bringing MediaPipe in: one clear error when it cannot load, and no log lines of its C++ code among ours."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..memory.errors import SetupError

_EXPECTED = "mediapipe 0.10.14 (later wheels carry no models)"
_stderr = threading.Lock()

BLANK = np.zeros((16, 16, 3), np.uint8)
"""A frame without anything: once it went through, a graph has started for good, in all its threads, and remembers nobody."""


def load_mediapipe() -> Any:
    """The `mediapipe` module.

    Raises:
        SetupError: it is not installed, is another version, or a system library is missing.
    """
    # Its generated code calls a protobuf function that is on its way out; nobody who uses viddiff can change that.
    warnings.filterwarnings("ignore", message=r"SymbolDatabase\.GetPrototype", category=UserWarning)
    try:
        import mediapipe
    except ModuleNotFoundError as error:
        raise SetupError(f"MediaPipe is not installed ({error}); expected {_EXPECTED}: pip install mediapipe==0.10.14") from error
    except ImportError as error:
        reason = str(error).splitlines()[0] if str(error) else "no reason given"
        raise SetupError(
            f"MediaPipe cannot load ({reason}); it needs libGL and glib, on Debian/Ubuntu: apt-get install libgl1 libglib2.0-0"
        ) from error
    if not hasattr(mediapipe, "solutions"):
        version = getattr(mediapipe, "__version__", "unknown")
        raise SetupError(f"MediaPipe {version} has no models inside; expected {_EXPECTED}: pip install mediapipe==0.10.14")
    return mediapipe


@contextlib.contextmanager
def quiet_start() -> Iterator[None]:
    """Keep MediaPipe's start-up lines off stderr.

    Its C++ logging writes straight to file descriptor 2 before anything in Python can configure it, and no environment variable
    reaches it. The descriptor is pointed elsewhere only while a graph starts (milliseconds, see `BLANK`), by one thread at a
    time: two threads doing so at once could leave it pointing there for good. Python exceptions pass through.
    """
    with _stderr:
        try:
            kept = os.dup(2)
        except OSError:  # stderr is closed: nothing to keep quiet.
            yield
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
