"""What may be given as the statements of the closed setting, in Python and in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viddiff.agent.command_compare import LARGEST_LIST, read_differences
from viddiff.agent.statements import MAX_STATEMENTS, read_statements
from viddiff.memory.errors import SettingsError
from viddiff.memory.state import Statement

SENTENCE = "the squat is deeper"


def test_strings_dictionaries_and_statements_may_be_mixed() -> None:
    read = read_statements(
        [f" {SENTENCE} ", {"id": "x", "description": SENTENCE}, {"description": SENTENCE}, Statement(id="y", description="z")]
    )
    assert [(s.id, s.description) for s in read] == [("0", SENTENCE), ("x", SENTENCE), ("2", SENTENCE), ("y", "z")]


def test_ids_may_be_numbers() -> None:
    given_numbers: list[Any] = [{"id": 4, "description": SENTENCE}, {"id": 0, "description": SENTENCE}]
    assert [s.id for s in read_statements(given_numbers)] == ["4", "0"]


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=20))
def test_every_sentence_is_kept_in_order(sentences: list[str]) -> None:
    read = read_statements(sentences)
    assert [s.description for s in read] == [sentence.strip() for sentence in sentences]
    assert len({s.id for s in read}) == len(sentences)


@pytest.mark.parametrize(
    ("given_list", "said"),
    [
        ([], "expected 1 to"),
        ([SENTENCE] * (MAX_STATEMENTS + 1), f"expected 1 to {MAX_STATEMENTS} statements, got {MAX_STATEMENTS + 1}"),
        ([SENTENCE, "  "], "entry 1"),
        ([""], "entry 0"),
        ([3], "entry 0 is 3"),
        ([None], "entry 0 is null"),
        ([[SENTENCE]], "entry 0"),
        ([{"id": "x"}], "entry 0"),
        ([{"id": "x", "description": ""}], "entry 0"),
        ([{"id": "x", "description": 3}], "entry 0"),
        ([{"id": "x", "description": SENTENCE}, {"id": "x", "description": "slower"}], "the id 'x' is given twice"),
        ([{"id": "1", "description": SENTENCE}, SENTENCE], "the id '1' is given twice"),
        ([object()], "entry 0"),
        ([{"id": ["x"], "description": SENTENCE}], "entry 0"),
        ([{"id": "", "description": SENTENCE}], "entry 0"),
        ([{"id": None, "description": SENTENCE}], "entry 0"),
    ],
)
def test_anything_else_is_answered_in_one_line(given_list: list[Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_statements(given_list)
    assert said in str(caught.value)
    assert str(caught.value).startswith("differences: ")
    assert "\n" not in str(caught.value)


def test_one_long_string_is_not_a_list_of_letters() -> None:
    with pytest.raises(SettingsError, match="differences"):
        read_statements(SENTENCE)


def test_a_file_and_spoken_statements_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "differences.json"
    path.write_text(json.dumps([SENTENCE, {"id": "x", "description": "schneller – größer"}]), encoding="utf-8")
    assert read_differences(path, ["slower"]) == [SENTENCE, {"id": "x", "description": "schneller – größer"}, "slower"]
    assert read_differences(path, None) == [SENTENCE, {"id": "x", "description": "schneller – größer"}]


def test_without_statements_the_setting_is_open() -> None:
    assert read_differences(None, None) is None
    assert read_differences(None, []) is None
    assert read_differences(None, [SENTENCE]) == [SENTENCE]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"the squat is deeper", "is not JSON"),
        (b'["a",', "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b'{"id": "x", "description": "y"}', 'found no list but {"id": "x", "description": "y"}'),
        (b'"the squat is deeper"', 'found no list but "the squat is deeper"'),
        (b"null", "found no list but null"),
        (b" " * (LARGEST_LIST + 1), "larger than 1 MiB"),
        (b"[" * 100_000, "--differences"),
    ],
    ids=["empty", "words", "cut off", "binary", "dictionary", "string", "null", "large", "deep"],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "differences.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_differences(path, None)
    assert str(caught.value).startswith(f"--differences {path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(SettingsError, match="cannot be read"):
            read_differences(path, None)
