"""Predictions in the authors' form: what is written is what their evaluator takes, and reads back as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bench_rows import bench_row, letters

from viddiff.evals.viddiffbench.predictions import Prediction, read_predictions, write_predictions
from viddiff.memory.errors import SettingsError

ROWS = [bench_row("x"), bench_row("y", {"0": "b"})]


def _file(folder: Path, content: Any) -> Path:
    path = folder / "predictions.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_both_closed_forms_and_the_form_by_sample_key_read_alike(tmp_path: Path) -> None:
    short = read_predictions(_file(tmp_path, [{"0": "a", "1": "b"}, {"0": "b"}]), ROWS)
    assert short == [letters(k0="a", k1="b"), letters(k0="b")]
    full = [
        {"0": {"description": "", "prediction": "a"}, "1": {"prediction": "b"}},
        {"0": {"description": "", "prediction": "b"}},
    ]
    assert read_predictions(_file(tmp_path, full), ROWS) == short
    assert read_predictions(_file(tmp_path, {"y": full[1], "x": full[0]}), ROWS) == short


def test_what_is_no_letter_is_no_prediction(tmp_path: Path) -> None:
    found = read_predictions(_file(tmp_path, [{"0": "A", "1": None, "2": "c"}, {}]), ROWS)
    assert found == [letters(k0=None, k1=None, k2="c"), {}]


def test_closed_predictions_hold_every_asked_key_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "new" / "p.json"
    write_predictions(path, ROWS, [letters(k0="a", k2="b"), {}], "closed")
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == [
        {"0": {"description": "statement 0", "prediction": "a"}, "1": {"description": "statement 1", "prediction": None}},
        {"0": {"description": "statement 0", "prediction": None}},
    ]


def test_open_predictions_come_back_in_their_order(tmp_path: Path) -> None:
    given = [{"1": Prediction(description="deeper", letter="b"), "0": Prediction(description="wider", letter="a")}, {}]
    write_predictions(tmp_path / "p.json", ROWS, given, "open")
    found = read_predictions(tmp_path / "p.json", ROWS)
    assert [list(each.items()) for each in found] == [list(each.items()) for each in given]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([{}], "1 entries for 2 pairs"),
        ({"x": {}}, "no predictions for y"),
        ("x", "no list for 2 pairs"),
        ([["a"], {}], "predictions.json, x: expected"),
        ([{"knees": "a"}, {}], "key 'knees' is no number"),
    ],
)
def test_what_does_not_fit_is_named(content: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=said):
        read_predictions(_file(tmp_path, content), ROWS)
