"""A trace in a terminal: the runs there are, the tree of one, and the whole story of one difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ...memory.values import Value, Verdict
from ..output.terminal import STYLES, WORDS
from ..output.wording import instant, interval, percent, short_value
from .story_values import Asked, Came, Diagnosis, DifferenceStory, Look, Step, Story

WEIGHTS = {"cause": "bold red", "doubt": "yellow", "note": "dim"}


class Row(Value):
    """One run in the list of all."""

    id: str
    when: datetime
    action: str
    status: str
    seconds: float
    calls: int
    cost_usd: float
    doubtful: int
    differences: int
    flags: frozenset[str]

    @classmethod
    def of(cls, story: Story, folder: str) -> Row:
        """What the list says of a run."""
        head = story.head
        flags = {flag for each in story.differences for flag in each.flags}
        return cls(
            id=folder,
            when=head.started,
            action=head.action,
            status=head.status,
            seconds=head.seconds,
            calls=head.spent.calls,
            cost_usd=head.spent.cost_usd,
            doubtful=sum("uncertain" in each.flags for each in story.differences),
            differences=len(story.differences),
            flags=frozenset(flags | ({"errors"} if head.status == "failed" else set())),
        )


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """The list of runs."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("id", no_wrap=True)
    for title, narrowest in (("when", 10), ("action", 8), ("status", 8)):
        table.add_column(title, overflow="fold", min_width=narrowest)
    for title in ("time", "calls", "cost", "in doubt"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        when = row.when.astimezone().strftime("%Y-%m-%d %H:%M")
        doubtful = f"{row.doubtful} of {row.differences}"
        numbers = (lasting(row.seconds), str(row.calls), money(row.cost_usd), doubtful)
        table.add_row(row.id, when, Text(row.action), row.status, *numbers)
    console.print(table)


def print_story(story: Story, console: Console) -> None:
    """The tree of a run and what came of it."""
    head = story.head
    console.print(Text(head.action, style="bold"))
    spent = f"{head.spent.calls} model calls {money(head.spent.cost_usd)}".rstrip()
    console.print(Text(f"{head.run_id}  {head.status}, {lasting(head.seconds)}, {spent}", style="dim"))
    for note in (*story.notes, *((head.error,) if head.error else ())):
        console.print(Text.assemble(("! ", "bold yellow"), note))
    _print_diagnoses(story.diagnoses, console)
    for part in story.steps:
        console.print()
        console.print(_tree(part))
    if story.differences:
        console.print()
        console.print(_differences(story.differences))


def _tree(step: Step, under: Tree | None = None) -> Tree:
    label = Text.assemble(
        (f"{step.number} " if step.number else "", "dim"),
        (step.name.replace("_", " "), "bold" if step.kind != "note" else "dim"),
        f"  {step.error or step.said}",
        (f"  {lasting(step.seconds)} {money(step.cost_usd)}".rstrip(), "dim"),
    )
    label.stylize("red") if step.error else None
    label.truncate(200, overflow="ellipsis")
    branch = under.add(label) if under is not None else Tree(label)
    for inner in step.steps:
        _tree(inner, branch)
    return branch


def _differences(told: Sequence[DifferenceStory]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("Answer", width=7)
    table.add_column("id")
    table.add_column("Statement", ratio=3)
    table.add_column("Looks", justify="right", width=5)
    table.add_column("What the trace says", ratio=3)
    for each in told:
        answer = each.final.answer if each.final else "unknown"
        codes = ", ".join(dict.fromkeys(d.code for d in each.diagnoses if d.weight != "note"))
        table.add_row(
            Text(WORDS[answer], style=STYLES[answer]), Text(each.id), Text(each.description), str(len(each.looks)), Text(codes)
        )
    return table


def _print_diagnoses(diagnoses: Sequence[Diagnosis], console: Console) -> None:
    for each in diagnoses:
        console.print(Text.assemble((f"{each.weight}: ", WEIGHTS[each.weight]), each.text))


def print_difference(told: DifferenceStory, story: Story, console: Console) -> None:
    """The whole story of one difference."""
    console.print(Text(told.description, style="bold"))
    console.print(_said(told.final) if told.final else Text("never decided", style="dim"))
    _print_diagnoses(told.diagnoses, console)
    for number, look in enumerate(told.looks, start=1):
        console.print()
        cause = f", because of: {look.cause}" if look.cause else ""
        console.print(Text(f"Look {number}: {look.strategy.replace('_', ' ')}{cause}", style="bold"))
        for line in _lines_of(look, story, told.id):
            console.print(Text(f"  {line}") if isinstance(line, str) else Text("  ").append_text(line))


def _said(verdict: Verdict) -> Text:
    return Text.assemble((WORDS[verdict.answer], STYLES[verdict.answer]), f" {percent(verdict.confidence)}: {verdict.reason}")


def _lines_of(look: Look, story: Story, id_: str) -> Iterator[str | Text]:
    yield f"changed   {look.changed}"
    yield f"instants  {look.moved or _instants(look)}"
    if look.margin is not None:
        yield f"margin    {look.margin:.1f} nats"
    for read in look.read:
        yield f"measured  {read.problem or read.label}"
    for asked in (story.asked[name] for name in look.asked):
        yield f"asked     {_reply(asked, id_)}"
    for came in look.came:
        yield Text("verdict   ").append_text(_came(came))


def _instants(look: Look) -> str:
    return "; ".join(f"{side.upper()} {', '.join(map(instant, times)) or 'none'}" for side, times in look.instants.items())


def _reply(asked: Asked, id_: str) -> str:
    where = f"{asked.model}, {asked.order[:1].upper()} shown first" if asked.order else asked.model
    said = asked.said.get(id_)
    if asked.error or not asked.replied or said is None:
        return f"{where}: {asked.error or ('no reply came' if not asked.replied else 'nothing that can be believed')}"
    chose = f"the {said.place} video, {said.answer.upper()}" if said.place else said.answer
    again = f" (asked again; of the first reply: {asked.unusable})" if asked.unusable else ""
    return f"{where}: {chose}, {percent(said.confidence)}: {said.reason}{again}"


def _came(came: Came) -> Text:
    text = Text(f"{came.by}: ").append_text(_said(came.verdict))
    if (found := came.verdict.measurement) is not None:
        text.append(f" [A {short_value(found.a, found.unit)}, B {short_value(found.b, found.unit)}, B − A {interval(found)}]")
    return text.append("" if came.kept else " (set aside)", style="dim")


def lasting(seconds: float | None) -> str:
    """A duration: "20 ms", "2.3 s", from 100 s on "2 min 5 s"; empty for None."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def money(usd: float) -> str:
    """A cost: "$0.0039"; empty for nothing."""
    return f"${usd:.4f}" if usd else ""
