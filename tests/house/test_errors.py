"""The tree of errors drawn in the docstring is the tree of classes, and each leaves with the documented exit status."""

from __future__ import annotations

import inspect
import re

import pytest

from viddiff.memory import errors

BRANCH = re.compile(r"^ {4}(?P<indent>(?:│   |    )*(?:├── |└── )?)(?P<name>[A-Z]\w+)(?P<rest>.*)$")


def drawn() -> dict[str, tuple[str, int]]:
    """Name of the parent and exit status (its own or its parent's) per drawn class."""
    path: list[str] = []
    found: dict[str, tuple[str, int]] = {}
    for line in filter(None, map(BRANCH.match, (errors.__doc__ or "").splitlines())):
        path = [*path[: len(line["indent"]) // 4], line["name"]]
        parent = path[-2] if len(path) > 1 else "Exception"
        said = re.search(r"exit (\d+)", line["rest"])
        found[line["name"]] = (parent, int(said[1]) if said else found[parent][1] if parent in found else 1)
    return found


def classes() -> dict[str, type[errors.VidDiffError]]:
    return {name: cls for name, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__}


def test_the_drawn_tree_is_the_tree_of_classes() -> None:
    assert drawn() == {name: (cls.__base__.__name__ if cls.__base__ else "", cls.exit_status) for name, cls in classes().items()}


@pytest.mark.parametrize(
    ("name", "status"), [("VideoError", 2), ("SettingsError", 2), ("SetupError", 2), ("ModelReplyError", 3), ("Interrupted", 130)]
)
def test_exit_statuses_of_the_contract(name: str, status: int) -> None:
    assert classes()[name].exit_status == status


@pytest.mark.parametrize("cls", classes().values(), ids=lambda cls: cls.__name__)
def test_every_error_keeps_its_message_and_says_what_it_is_for(cls: type[errors.VidDiffError]) -> None:
    assert str(cls("what to do")) == "what to do"
    assert issubclass(cls, errors.VidDiffError)
    assert cls.__doc__
