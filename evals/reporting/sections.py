"""What a report of an evaluation is made of: sections with words, tables and plots, before it is Markdown or a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from ...memory.values import Value


class Link(Value):
    """A cell that leads somewhere."""

    text: str
    href: str


Cell = str | Link


class Table(Value):
    """Rows under a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    """Below it."""

    @classmethod
    def of(cls, head: Sequence[str], rows: Iterable[Sequence[Cell]], note: str = "") -> Self:
        """A table from any sequences."""
        return cls(head=tuple(head), rows=tuple(tuple(row) for row in rows), note=note)

    def markdown(self) -> str:
        """As Markdown, its note below it."""
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        table = "\n".join("| " + " | ".join(map(_plain, cells)) + " |" for cells in lines)
        return f"{table}\n\n{_plain(self.note)}" if self.note else table


class Plot(Value):
    """A drawing."""

    svg: str
    caption: str


class Section(Value):
    """One topic."""

    title: str
    text: tuple[str, ...] = ()
    """Paragraphs: how to read it."""
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()


class Page(Value):
    """A whole report."""

    title: str
    facts: tuple[tuple[str, str], ...]
    """What was evaluated and how, as names and values."""
    notes: tuple[str, ...] = ()
    """What must be known before any number is read: what is missing, what failed."""
    sections: tuple[Section, ...]

    def markdown(self) -> str:
        """As Markdown, without the plots: their numbers stand in the tables."""
        blocks = [f"# {self.title}", "\n".join(f"- **{name}:** {value}" for name, value in self.facts), *self.notes]
        for section in self.sections:
            blocks += [f"## {section.title}", *section.text, *(table.markdown() for table in section.tables if table.rows)]
        return "\n\n".join(block for block in blocks if block) + "\n"


def _plain(cell: Cell) -> str:
    text = cell.text if isinstance(cell, Link) else cell
    text = " ".join(text.replace("|", "/").split()).replace("*", "\\*")
    return f"[{text}]({cell.href})" if isinstance(cell, Link) else text
