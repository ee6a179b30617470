"""The report in a terminal: what differs, how sure, and what was measured, on 60 to 200 columns."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...memory.report import DifferenceReport, Report
from ...memory.values import Answer, Side
from . import wording

STYLES: dict[Answer, str] = {"a": "bold #0072B2", "b": "bold #D55E00", "same": "bold", "unknown": "dim"}
WORDS: dict[Answer, str] = {"a": "A", "b": "B", "same": "same", "unknown": "unknown"}
ROOMY = 100
"""Columns from which the measured values get columns of their own."""
WIDEST = 140
"""Longer lines are hard to read, however wide the terminal."""


def print_report(report: Report, console: Console) -> None:
    """Print a report.

    Rich leaves colours out where the console is not a terminal, and no text of the report is read as markup.

    Args:
        report: the report.
        console: where to print; its width decides the layout.
    """
    width = min(console.width, WIDEST)
    console.print(Text(report.action, style="bold"), width=width)
    sides: tuple[Side, ...] = ("a", "b")
    for side in sides:
        facts = f"  {wording.file_name(report.of(side))}  {wording.clip_facts(report.of(side))}"
        console.print(Text.assemble((side.upper(), STYLES[side]), facts), width=width)
    for warning in wording.warnings(report):
        console.print(Text.assemble(("! ", "bold yellow"), warning), width=width)
    console.print()
    console.print(Text(wording.summary(report)), width=width)
    if report.differences:
        console.print()
        console.print(_table(report, roomy=width >= ROOMY), width=width)
    console.print()
    console.print(Text(_cost(report), style="dim"), width=width)


def _table(report: Report, roomy: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, padding=(0, 1))
    table.add_column("Answer", width=7)
    table.add_column("Statement", ratio=1)
    if roomy:
        for heading in ("A", "B", "B − A (95%)"):
            table.add_column(heading, justify="right")
    table.add_column("Sure", justify="right", width=4)
    for number, difference in enumerate(report.differences):
        last = number == len(report.differences) - 1
        table.add_row(*_row(difference, roomy), end_section=last)
    return table


def _row(difference: DifferenceReport, roomy: bool) -> list[Text | str]:
    m = difference.measurement
    statement = Text(difference.description)
    if difference.answer == "unknown":
        statement.append(f"\n{difference.reason}", style="dim")
    row: list[Text | str] = [Text(WORDS[difference.answer], style=STYLES[difference.answer]), statement]
    if roomy:
        if m:
            statement.append(f"\n{wording.label(m.quantity)}{wording.unit_note(m.unit)}", style="dim")
        row += [_short(m.a, m.unit), _short(m.b, m.unit), wording.interval(m)] if m else ["", "", ""]
    elif m:
        statement.append("\n")
        statement.append_text(_one_line(difference))
    return [*row, "" if difference.answer == "unknown" else wording.percent(difference.confidence)]


def _one_line(difference: DifferenceReport) -> Text:
    m = difference.measurement
    if m is None:
        return Text()
    return Text.assemble(
        (f"{wording.label(m.quantity)} ", "dim"),
        (_short(m.a, m.unit), STYLES["a"].removeprefix("bold ")),
        (" / ", "dim"),
        (_short(m.b, m.unit), STYLES["b"].removeprefix("bold ")),
        (f", B − A {wording.interval(m)}{wording.unit_note(m.unit)}", "dim"),
    )


def _short(number: float, unit: str) -> str:
    return wording.short_value(number, unit)


def _cost(report: Report) -> str:
    usage = report.usage
    calls = f"{usage.llm_calls} + {usage.vlm_calls} model calls" if usage.llm_calls + usage.vlm_calls else "no model calls"
    cost = f", ${usage.cost_usd:.4f}" if usage.cost_usd else ""
    trace = f", trace {report.trace}" if report.trace else ""
    return f"{usage.seconds:.1f} s, {calls}{cost}{trace}"
