"""A drawn data set in the benchmark's form through the command, in both settings, and what is named on the way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from bench_rows import raw_row
from typer.testing import CliRunner, Result

from viddiff.agent import cli_eval
from viddiff.agent.settings import Settings
from viddiff.evals import evaluation
from viddiff.evals.drawn import drawn_pair
from viddiff.evals.drawn.pairs import DrawnPair
from viddiff.evals.running import systems
from viddiff.evals.running.jobs import Task, do
from viddiff.evals.viddiffbench import synthetic
from viddiff.evals.viddiffbench.clips import absent, clip_of
from viddiff.evals.viddiffbench.loading import load_rows
from viddiff.evals.viddiffbench.rows import BenchVideo
from viddiff.evals.viddiffbench.synthetic import write_synthetic
from viddiff.memory.errors import SettingsError, VideoError
from viddiff.tools import video


def _quick(seed: int, difficulty: str) -> DrawnPair:
    """One quick squat each, in few frames."""
    drawn = drawn_pair(seed, "squat")
    quick = {"repetitions": 1, "tempo_s": 1.4, "pause_s": 0.2}
    film = {"fps": 10.0, "lead_in_s": 0.3, "lead_out_s": 0.3}
    takes = {
        side: take.model_copy(
            update={"parameters": take.parameters.model_copy(update=quick), "look": take.look.model_copy(update=film)}
        )
        for side, take in (("a", drawn.a), ("b", drawn.b))
    }
    return drawn.model_copy(update=takes | {"difficulty": difficulty})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic([_quick(3, "easy"), _quick(4, "medium")], tmp_path_factory.mktemp("synthetic"))


class _Here:
    """An engine without processes, so that what is compared can be watched."""

    slots = 1

    def __init__(self, *_: object) -> None:
        self._task: Task | None = None

    def submit(self, task: Task) -> None:
        self._task = task

    def wait(self):
        assert self._task is not None
        return [do(self._task)]

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture(autouse=True)
def _no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDDIFF_PROFILE", "embedded")
    monkeypatch.setitem(Settings.model_config, "toml_file", None)
    monkeypatch.setattr(evaluation, "Processes", _Here)


def _score(data: Path, *options: object) -> Result:
    return CliRunner().invoke(cli_eval.evaluate, ["viddiffbench", str(data), *map(str, options)])


def _numbers(said: str) -> str:
    """The paper's sections, which do not say how long anything took."""
    return said[said.index("\n## ") : said.index("\n## ", said.index("by action and difference"))].strip()


def test_the_drawn_rows_have_the_published_form(data: Path) -> None:
    raw = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    strings = ("videos", "differences_annotated", "differences_gt", "retrieval_frames")
    assert all(isinstance(row[name], str) for row in raw for name in strings)
    assert None in json.loads(raw[0]["differences_gt"]).values()
    rows = load_rows(data)
    assert absent(rows, data.parent) == {}
    assert (data.parent / rows[1].videos[0].path).is_dir()
    assert all(row.counted for row in rows)


def test_closed_and_open_from_end_to_end(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = ("--videos", data.parent, "--folder", tmp_path / "run")
    closed = _score(data, *where, "--write", tmp_path / "closed.json")
    assert closed.exit_code == 0, closed.output
    rows = load_rows(data)
    asked = sum(len(row.counted) for row in rows)
    written = json.loads((tmp_path / "closed.json").read_text(encoding="utf-8"))
    assert [set(entry) for entry in written] == [{d.key for d in row.counted} for row in rows]
    right = sum(written[n][d.key]["prediction"] == d.truth for n, row in enumerate(rows) for d in row.counted)
    assert right / asked > 0.7
    assert "not answered" in closed.stdout
    assert "have no report" not in closed.stdout
    assert "## Confidence" in closed.stdout

    opened = _score(data, *where, "--setting", "open", "--write", tmp_path / "open.json")
    assert opened.exit_code == 0, opened.output
    assert "Matched by words (the paper matches with a language model" in opened.stdout
    sizes = [len(entry) for entry in json.loads((tmp_path / "open.json").read_text(encoding="utf-8"))]
    assert all(0 < size <= row.n_differences for size, row in zip(sizes, rows, strict=True))

    # What was written scores as what was compared, and nothing is compared twice.
    monkeypatch.setattr(systems, "compare", None)
    for setting, before in (("closed", closed), ("open", opened)):
        again = _score(data, "--predictions", tmp_path / f"{setting}.json", "--setting", setting)
        assert again.exit_code == 0
        assert _numbers(again.stdout + "\n## ") == _numbers(before.stdout)
        repeated = _score(data, *where, "--setting", setting)
        assert repeated.exit_code == 0
        assert repeated.stderr == "2 of 2 pairs were done before\n"
        assert _numbers(repeated.stdout) == _numbers(before.stdout)


def test_missing_videos_stop_the_run_or_are_left_out_by_name(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    raw[0]["videos"] = raw[0]["videos"].replace("a.mp4", "gone.mp4")
    broken = tmp_path / "rows.jsonl"
    broken.write_text("\n".join(map(json.dumps, raw)), encoding="utf-8")
    options = ("--videos", data.parent, "--folder", tmp_path / "run")
    stopped = _score(broken, *options)
    assert isinstance(stopped.exception, SettingsError)
    assert "1 of 2 pairs have videos that are not under" in str(stopped.exception)
    assert "gone.mp4" in str(stopped.exception)

    def fails(*_: object, **__: object) -> None:
        raise VideoError("no frame can be decoded")

    monkeypatch.setattr(systems, "compare", fails)
    skipped = _score(broken, *options, "--skip-missing")
    assert skipped.exit_code == 1, skipped.output
    assert f"Left out: 1 of 2 pairs have videos that are not under {data.parent}: squat_0" in skipped.stdout
    assert "1 pairs have no report" in skipped.stdout
    assert "| squat_1: VideoError: no frame can be decoded |" in skipped.stdout
    assert "| clips or settings | 1 |" in skipped.stdout
    assert "| medium | 1 | 0% (0/" in skipped.stdout
    assert "\n| easy |" not in skipped.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "expected either --videos"),
        (("--videos", ".", "--max-images", "4"), "are for a baseline"),
        (("--videos", ".", "--baseline", "grid"), "--baseline asks a model"),
        (("--videos", ".", "--server", "oracle"), "no personality is called so"),
    ],
)
def test_wrong_options_are_one_line(options: tuple[str, ...], said: str, data: Path, tmp_path: Path) -> None:
    options = tuple(str(data.parent) if option == "." else option for option in options)
    assert said in str(_score(data, *options, "--folder", tmp_path).exception)


def test_a_trim_leaves_those_frames_at_their_rate(data: Path, tmp_path: Path) -> None:
    images = load_rows(data)[1].videos[0]
    trimmed = clip_of(BenchVideo(path=images.path, fps_original=8, frames_trim=(3, 12, 2)), data.parent, tmp_path / "clip.mp4")
    found = video.probe(trimmed)
    assert (found.frames, found.fps) == (5, pytest.approx(8))
    shown = video.frame_numbered(trimmed, 2).image.astype(int)
    assert np.abs(shown - video.frame_numbered(data.parent / images.path, 7).image).mean() < 3
    assert (
        np.abs(shown - video.frame_numbered(data.parent / images.path, 11).image).mean()
        > np.abs(shown - video.frame_numbered(data.parent / images.path, 7).image).mean()
    )


def test_a_whole_file_is_taken_as_it_is_and_a_trim_without_frames_refused(data: Path, tmp_path: Path) -> None:
    whole = load_rows(data)[0].videos[0]
    assert clip_of(whole, data.parent, tmp_path / "clip.mp4") == data.parent / whole.path
    with pytest.raises(VideoError, match=r"frames_trim \[900, 950\] leaves no frame"):
        clip_of(whole.model_copy(update={"frames_trim": (900, 950)}), data.parent, tmp_path / "clip.mp4")


def test_the_drawing_command_says_where_the_rows_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "some_pairs", lambda count, seed: ())
    result = CliRunner().invoke(cli_eval.evaluate, ["synthetic", str(tmp_path / "new"), "--pairs", "2"])
    assert result.stdout.strip() == str(tmp_path / "new" / "viddiffbench.jsonl")
    assert (tmp_path / "new" / "viddiffbench.jsonl").is_file()


def test_predictions_beyond_n_are_named_and_do_not_count(tmp_path: Path) -> None:
    texts = {"0": "the squat is deeper", "1": "the feet stance is wider"}
    row = raw_row("x", {"0": "a", "1": "b"}, texts=texts, n_differences_open_prediction=1)
    (tmp_path / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
    given = [{key: {"description": text, "prediction": "a" if key == "0" else "b"} for key, text in texts.items()}]
    (tmp_path / "p.json").write_text(json.dumps(given), encoding="utf-8")
    found = _score(tmp_path / "rows.jsonl", "--predictions", tmp_path / "p.json", "--setting", "open", "--folder", tmp_path)
    assert "only the first N count: x." in found.stdout
    assert "| easy | 1 | 50% (1/2)" in found.stdout
