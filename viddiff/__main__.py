"""Starts the command line: `viddiff ...` and `python -m viddiff ...` are the same."""

# The rooms are found through __path__, which a type checker does not run.
# pyright: reportMissingImports=false

from __future__ import annotations

import os
import sys

from viddiff import __version__


def main() -> None:
    """Run the command line; its first page and the version are at hand before the library behind it has loaded."""
    if sys.argv[1:] == ["--help"]:
        print(first_page(), end="")  # noqa: T201
    elif sys.argv[1:] == ["--version"]:
        print(f"viddiff {__version__}")  # noqa: T201
    else:
        from viddiff.agent.cli import main as command_line

        command_line()


def first_page() -> str:
    """What `viddiff --help` says, as the command line itself would at 80 columns."""
    with open(os.path.join(os.path.dirname(__file__), "help.txt"), encoding="utf-8") as page:
        return page.read()


if __name__ == "__main__":
    main()
