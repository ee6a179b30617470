"""Prompts as Markdown files with named variables; rendering fails on missing and on unused variables."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from string import Template


def prompt_text(name: str) -> str:
    """The prompt file `name`.md as it is."""
    return files("viddiff.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


def prompt_version(name: str) -> str:
    """A short content hash that changes whenever the prompt does."""
    return hashlib.sha256(prompt_text(name).encode()).hexdigest()[:12]


def render(name: str, **variables: str) -> str:
    """The prompt with its `${variables}` filled in.

    Raises:
        ValueError: a variable is missing, or one was given that the prompt does not use.
    """
    template = Template(prompt_text(name))
    wanted = set(template.get_identifiers())
    if missing := wanted - set(variables):
        raise ValueError(f"prompt {name}: missing variables {', '.join(sorted(missing))}")
    if unused := set(variables) - wanted:
        raise ValueError(f"prompt {name}: unknown variables {', '.join(sorted(unused))}")
    return template.substitute(variables)
