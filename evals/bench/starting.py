"""What it takes until something is said."""

from __future__ import annotations

from collections.abc import Iterator

from .contests import Contest, Peer
from .peers import run_python


def starting() -> Iterator[Contest]:
    """Everything about start-up."""
    for option in ("--help", "--version"):
        yield Contest(
            ours=f"viddiff {option}",
            do=lambda option=option: run_python("-m", "viddiff", option),
            peers=(Peer(name="python -c pass", do=lambda: run_python("-c", "pass"), wall=4.0),),
            calls=5,
        )
    yield Contest(
        ours="import viddiff",
        do=lambda: run_python("-c", "import viddiff"),
        peers=(Peer(name="import argparse", do=lambda: run_python("-c", "import argparse"), wall=2.0),),
        calls=5,
    )
