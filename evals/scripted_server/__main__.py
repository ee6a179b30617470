"""Runs the scripted server by hand: `python -m viddiff.evals.scripted_server --personality image_reader --port 8123`."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Sequence

from .named import NAMED
from .server import ScriptedServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; the base URL is written to stdout as soon as the server listens."""
    parser = argparse.ArgumentParser(prog="python -m viddiff.evals.scripted_server", description=__doc__)
    parser.add_argument(
        "--personality", choices=sorted(NAMED), default="image_reader", metavar="NAME", help=", ".join(sorted(NAMED))
    )
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--key", help="the only key let in; everybody is let in without it")
    chosen = parser.parse_args(arguments)
    with (
        ScriptedServer(NAMED[chosen.personality](), port=chosen.port, key=chosen.key) as server,
        contextlib.suppress(KeyboardInterrupt),
    ):
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
