"""Lists what viddiff depends on and under which licence: `python -m viddiff.evals.licences > docs/licences.md`."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from ..memory.values import Value

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
LONGEST = 120
HEAD = """# Licences

Direct dependencies, by `python -m viddiff.evals.licences`: what the installed packages say of themselves. viddiff itself is Apache-2.0.
Those of an extra are installed only with it; `dev` is for working on viddiff.

| package | licence | needed for |
| --- | --- | --- |
"""


class Dependency(Value):
    """One package that viddiff names as a dependency."""

    name: str
    needed_for: str
    """"running", or the extras that name it."""
    licence: str
    """As its metadata say; "not installed" where it is not."""


def dependencies() -> tuple[Dependency, ...]:
    """All of them, by name."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    needed: dict[str, list[str]] = {name: ["running"] for name in map(_name, project["dependencies"])}
    for extra, listed in project["optional-dependencies"].items():
        for name in map(_name, listed):
            needed.setdefault(name, []).append(f"`{extra}`")
    needed.pop("viddiff", None)
    ordered = sorted(needed.items(), key=lambda item: item[0].casefold())
    return tuple(Dependency(name=name, needed_for=", ".join(wanted), licence=licence_of(name)) for name, wanted in ordered)


def licence_of(name: str) -> str:
    """What a package says of its licence, in one line."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return "not installed"
    named = {name: told[name] for name in ("License-Expression", "License") if name in told}
    classified = [
        line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier") or () if line.startswith("License :: OSI Approved ::")
    ]
    written = named.get("License-Expression") or ", ".join(classified) or named.get("License") or "not said"
    return " ".join(written.split())[:LONGEST]


def page() -> str:
    """The list as Markdown."""
    return HEAD + "".join(f"| {one.name} | {one.licence} | {one.needed_for} |\n" for one in dependencies())


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found, requirement
    return found[0]


if __name__ == "__main__":
    sys.stdout.write(page())
