"""Prompts: every file renders with exactly its variables, and its version follows its content."""

from __future__ import annotations

from importlib.resources import files
from string import Template

import pytest

from viddiff.prompts import rendering
from viddiff.prompts.rendering import prompt_text, prompt_version, render

NAMES = sorted(path.name.removesuffix(".md") for path in files("viddiff.prompts").iterdir() if path.name.endswith(".md"))


def variables(name: str) -> dict[str, str]:
    return {variable: f"<{variable}>" for variable in Template(prompt_text(name)).get_identifiers()}


def test_there_are_prompts() -> None:
    assert "planner" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_renders_with_exactly_its_variables(name: str) -> None:
    text = render(name, **variables(name))
    assert all(value in text for value in variables(name).values())
    assert "${" not in text
    assert Template(prompt_text(name)).is_valid()


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_variable_is_named(name: str) -> None:
    for missing in variables(name):
        rest = {variable: value for variable, value in variables(name).items() if variable != missing}
        with pytest.raises(ValueError, match=f"prompt {name}: missing variables {missing}$"):
            render(name, **rest)


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_that_is_not_used_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"prompt {name}: unknown variables weather$"):
        render(name, **variables(name), weather="fine")


def test_dollars_in_values_stay_as_they_are() -> None:
    assert "$5 ${setting}" in render("planner", **{**variables("planner"), "action": "$5 ${setting}"})


def test_the_version_changes_with_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prompt_version("planner")
    assert before == prompt_version("planner")
    text = prompt_text("planner")
    monkeypatch.setattr(rendering, "prompt_text", lambda name: text + "\n")
    assert prompt_version("planner") != before
    monkeypatch.setattr(rendering, "prompt_text", lambda name: text)
    assert prompt_version("planner") == before


def test_versions_tell_prompts_apart() -> None:
    assert len({prompt_version(name) for name in NAMES}) == len(NAMES)
