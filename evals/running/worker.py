"""A process of the local engine: tasks come as pickles on its stdin, outcomes leave on what was its stdout; it ends with its parent.

Not `multiprocessing`: its fresh interpreters run the caller's script again, which few scripts are written for, and outlive a
parent that is killed.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time

from .jobs import do

_LOOKS_S = 0.5


def serve() -> None:
    """Do tasks until stdin ends."""
    # Ctrl-C reaches everybody in the terminal; the parent says what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outcomes = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever prints must not get between the outcomes.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=_end_with, args=(os.getppid(),), name="end-with-parent", daemon=True).start()
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(do(task), outcomes)
        outcomes.flush()


def _end_with(parent: int) -> None:
    """Leave when the parent is gone, however it went: nobody else would end this process."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_S)
    os._exit(1)


if __name__ == "__main__":
    serve()
