"""The house as it lies on disk: its rooms, their Python files and their data files."""

from __future__ import annotations

import ast
import functools
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("prompts", "memory", "tools", "agent", "evals")
"""From the ground up: a room may use those before it."""
FOLDERS = ("viddiff", *ROOMS)


def source_files() -> list[Path]:
    """Every Python file of the product."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def package_folders() -> dict[str, str]:
    """Every folder that holds Python files, by the name of its package."""
    folders = {path.parent.relative_to(ROOT).as_posix() for path in source_files()}
    return {"viddiff" if folder == "viddiff" else "viddiff." + folder.replace("/", "."): folder for folder in folders}


def data_files(folder: str) -> list[str]:
    """The files of one package that are not Python, also those in folders of it that hold no Python, by their path in it."""
    packages = {ROOT / place for place in package_folders().values()}
    found = (p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc"))
    own = (p for p in found if next(parent for parent in p.parents if parent in packages) == ROOT / folder)
    return sorted(p.relative_to(ROOT / folder).as_posix() for p in own)


def setuptools_settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
