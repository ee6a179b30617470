"""Rows from files of the published form: JSON strings read, labels kept, what is wrong named."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bench_rows import bench_row, raw_row

from viddiff.evals.viddiffbench.loading import load_rows
from viddiff.memory.errors import SettingsError, SetupError


def _jsonl(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "test.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_a_row_is_read_from_its_json_strings() -> None:
    row = bench_row(truths={"10": "a", "2": "b", "3": "c", "4": None})
    assert [(d.key, d.truth) for d in row.differences] == [("2", "b"), ("3", "c"), ("10", "a")]
    assert [d.key for d in row.counted] == ["2", "10"]
    assert row.differences[0].description == "statement 2"
    assert row.videos[1].path == "videos_fitness/fitness_4_12_1.mp4"
    assert row.videos[0].trim == slice(0, None)
    assert row.n_differences == 5


@pytest.mark.parametrize(
    ("given", "expected"), [([4], slice(4)), ([2, 9], slice(2, 9)), ([2, 9, 3], slice(2, 9, 3)), (None, slice(None))]
)
def test_a_trim_is_the_arguments_of_a_slice(given: list[int] | None, expected: slice) -> None:
    videos = [{"path": "a.mp4", "fps_original": 8.0, "frames_trim": given}] * 2
    assert bench_row(videos=json.dumps(videos)).videos[0].trim == expected


def test_without_a_number_the_open_setting_allows_half_as_many_again_as_are_labelled() -> None:
    assert bench_row(n_differences_open_prediction=None).n_differences == 5
    assert bench_row(truths={"0": "a", "1": "c"}, n_differences_open_prediction=None).n_differences == 3


def test_rows_are_chosen_by_split_and_domain_in_their_order(tmp_path: Path) -> None:
    path = _jsonl(tmp_path, raw_row("x"), raw_row("y", split="hard", domain="music"), raw_row("z"))
    assert [row.sample_key for row in load_rows(path)] == ["x", "y", "z"]
    assert [row.sample_key for row in load_rows(tmp_path, ["easy"])] == ["x", "z"]
    assert [row.sample_key for row in load_rows(path, (), ["music"])] == ["y"]
    with pytest.raises(SettingsError, match=r"nothing is left of splits \['medium'\].*it has easy, fitness, hard, music"):
        load_rows(path, ["medium"])


def test_a_json_list_and_fields_that_are_parsed_already_are_read_too(tmp_path: Path) -> None:
    parsed = {name: json.loads(value) if name in ("videos", "differences_gt") else value for name, value in raw_row().items()}
    (tmp_path / "rows.json").write_text(json.dumps([parsed]), encoding="utf-8")
    assert load_rows(tmp_path / "rows.json") == (bench_row(),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"differences_gt": "{"}, "row 1, field 'differences_gt' holds no JSON"),
        ({"differences_gt": '{"0": "d"}'}, "truth"),
        ({"differences_gt": '{"9": "a"}'}, "no '9'"),
        ({"videos": "[]"}, "videos"),
        ({"split": None}, "split"),
    ],
)
def test_a_row_that_is_not_of_the_form_is_named(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        load_rows(_jsonl(tmp_path, raw_row(**changes)))
    assert "test.jsonl, row 1" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'x' is there twice"):
        load_rows(_jsonl(tmp_path, raw_row("x"), raw_row("x")))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="expected a file that ends in"):
        load_rows(tmp_path / "gone.jsonl")


@pytest.mark.parametrize(
    ("source", "library", "advice"),
    [("t.parquet", "pyarrow", "pip install pyarrow"), ("hub:", "datasets", "pip install datasets")],
)
def test_without_the_library_it_says_what_to_install(
    source: str, library: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (library, "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    with pytest.raises(SetupError, match=advice):
        load_rows(source if source.startswith("hub:") else tmp_path / source)


class _Split(list[dict[str, Any]]):
    column_names = ("sample_key", "vid0_thumbnail")

    def remove_columns(self, names: list[str]) -> _Split:
        assert names == ["vid0_thumbnail"]
        return self


def test_the_hub_is_read_by_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def load(name: str, split: str) -> _Split:
        asked.append((name, split))
        return _Split([raw_row()])

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load))
    assert load_rows("hub:") == (bench_row(),)
    assert asked == [("jmhb/VidDiffBench", "test")]


def test_parquet_is_read_where_there_is_a_reader(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    parquet.write_table(arrow.Table.from_pylist([raw_row()]), tmp_path / "t.parquet")
    assert load_rows(tmp_path / "t.parquet") == (bench_row(),)
