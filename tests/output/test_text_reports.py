"""Markdown and terminal: exact snapshots, widths, colours, and texts that cannot become markup."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fake_report import difference, info, measured
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from viddiff.agent.output import wording
from viddiff.agent.output.markdown import render_markdown
from viddiff.agent.output.terminal import print_report
from viddiff.memory.report import Report, Videos

SNAPSHOTS = Path(__file__).parent / "snapshots"


def printed(report: Report, width: int, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        _environ={},
        legacy_windows=False,
    )
    print_report(report, console)
    return out.getvalue()


def same_as_snapshot(text: str, name: str) -> None:
    lines = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    assert lines == (SNAPSHOTS / name).read_text(encoding="utf-8")


def test_markdown_snapshot(report: Report):
    same_as_snapshot(render_markdown(report), "report.md")


def test_terminal_snapshot_at_80_columns(report: Report):
    same_as_snapshot(printed(report, 80), "terminal_80.txt")


@pytest.mark.parametrize("width", [60, 80, 99, 100, 140, 200])
def test_the_width_is_kept(report: Report, width: int):
    long = report.model_copy(update={"differences": (*report.differences, difference("x", "Very " * 60 + "deep", "a"))})
    assert max(cell_len(line) for line in printed(long, width).splitlines()) <= width


def test_everything_is_printed(report: Report):
    flat = " ".join(printed(report, 120).split())
    for text in (
        "The hips sink deeper",
        "same",
        "unknown",
        "The ankles are hidden in B.",
        "48%",
        "+5% to +19%",
        "91%",
        "variable frame rate",
    ):
        assert text in flat


def test_colours_only_on_a_terminal(report: Report):
    assert "\x1b" not in printed(report, 80)
    coloured = printed(report, 80, colour=True)
    assert "38;2;0;114;178" in coloured
    assert "38;2;213;94;0" in coloured


def test_markup_in_texts_is_printed_as_it_is(report: Report):
    evil = report.model_copy(
        update={"action": "[red]squat[/red]", "videos": Videos(a=info("a", path="[bold]x.mp4"), b=info("b"))}
    )
    text = printed(evil, 100)
    assert "[red]squat[/red]" in text
    assert "[bold]x.mp4" in text


def test_markdown_escapes_texts(report: Report):
    evil = difference("x", "a | b <img src=x> *bold*\n# head [link](javascript:x)", "b", reason="`code` <script>")
    text = render_markdown(report.model_copy(update={"differences": (evil,)}))
    assert "a \\| b \\<img src=x\\> \\*bold\\* \\# head \\[link\\](javascript:x)" in text
    assert "<script>" not in text.replace("\\<", "")


@pytest.mark.parametrize(
    ("number", "unit", "signed", "expected"),
    [
        (94.2, "deg", False, "94°"),
        (-0.3, "deg", True, "0°"),
        (12.4, "% of leg length", True, "+12% of leg length"),
        (-12.4, "% of leg length", True, "−12% of leg length"),
        (120.0, "deg/s", False, "120°/s"),
        (0.314, "s", False, "0.31 s"),
        (3.0, "count", False, "3"),
        (2.5, "count", False, "2.5"),
        (1.26, "% of the frame", False, "1.3% of the frame"),
        (40.0, "% of body length / s", False, "40% of body length / s"),
        (float("nan"), "deg", False, "not measured"),
    ],
)
def test_values_carry_their_unit(number: float, unit: str, signed: bool, expected: str):
    assert wording.value(number, unit, signed) == expected


def test_summary_names_the_side_and_the_size(report: Report):
    text = wording.summary(report)
    assert text.startswith("In B, the hips sink deeper (by 12% of leg length); and the ascent is slower (by 0.80 s).")
    assert "In A, knees more bent (by 13°)." in text
    assert "About the same in both: forward lean." in text
    assert text.endswith("Not decided: 2 of 6.")


def test_summary_stays_short_with_many_differences(report: Report):
    many = tuple(difference(f"d{k}", f"Statement {k}", "a") for k in range(30))
    assert "and 27 more." in wording.summary(report.model_copy(update={"differences": many}))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("The knees bend.", "the knees bend"), ("A wider stance", "a wider stance"), ("ROM is larger", "ROM is larger"), ("", "")],
)
def test_clauses(statement: str, expected: str):
    assert wording.clause(statement) == expected


@pytest.mark.parametrize(
    ("statement", "side"),
    [("Left knee higher", "left"), ("the right-hand side", "right"), ("left and right", "both"), ("knees", "both")],
)
def test_the_side_a_statement_speaks_of(statement: str, side: str):
    assert wording.body_side(statement) == side


@given(st.floats(0, 36000))
def test_instants_read_back(seconds: float):
    text = wording.instant(seconds)
    minutes, rest = text.split(":") if ":" in text else ("0", text.removesuffix(" s"))
    assert float(rest) < 60.001
    assert abs(60 * int(minutes) + float(rest) - seconds) <= 0.051


def test_a_measurement_without_an_interval_is_printed(report: Report):
    wild = difference("w", "Deeper", "unknown", measurement=measured("depth", "deg", 1, 2, float("-inf"), float("inf")))
    one = report.model_copy(update={"differences": (wild,)})
    assert "not measured" in printed(one, 120)
    assert "not measured" in render_markdown(one)
