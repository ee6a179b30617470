"""The drawn evaluation from its options to its report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from ...memory.values import Setting, Value
from ..evaluation import HOME, Described, How, Who, evaluate, facts_of, notes_of, system_of
from ..localization.verifiers import verifier_table
from ..reporting import measures, plots
from ..reporting.decided import Decided, Instants, decided_of
from ..reporting.sections import Page, Plot, Section
from ..reporting.worst import worst_section
from ..running.jobs import Outcome
from ..running.schedule import Evaluated
from ..viddiffbench.judging import judge_open
from ..viddiffbench.matching import WordMatcher
from ..viddiffbench.predictions import Predictions, predictions_of
from ..viddiffbench.tables import by_action, open_intervals, summary
from .metrics import INSTANTS, Score, score
from .pairing import Drawn, drawn_set
from .pairs import Difficulty
from .score import Compared, table, witness_tables


class DrawnTask(Value):
    """What is to be evaluated, and how."""

    pairs: int
    seed: int
    difficulty: Difficulty | None
    setting: Setting
    who: Who
    how: How
    command: str
    """For the report."""

    def page(self, console: Console, traces: Path | None) -> tuple[Page, Evaluated]:
        """Do it.

        Args:
            console: On stderr, for progress.
            traces: Folder beside the report for the pages of the worst cases' traces; None for none.

        Raises:
            SettingsError: An option is wrong.
            ModelServerError: Everything failed because of server or machine.
        """
        drawn = drawn_set(self.pairs, self.seed, self.difficulty)
        with system_of(self.who, self.how.folder) as system:
            evaluated = evaluate(drawn, self.setting, system, self.how, console)
        described = Described(pairs=drawn, setting=self.setting, system=system, command=self.command)
        outcomes = {outcome.name: outcome for outcome in evaluated.outcomes}
        done = [pair for pair in drawn if pair.name in outcomes]
        build = _closed if self.setting == "closed" else _open
        sections = build(done, outcomes, self.how.folder / HOME, traces)
        facts = (("seed", str(self.seed)), *facts_of(described, evaluated))
        page = Page(title="Drawn pairs, whose truth is known", facts=facts, notes=notes_of(evaluated), sections=tuple(sections))
        return page, evaluated


def _closed(pairs: Sequence[Drawn], outcomes: Mapping[str, Outcome], home: Path, traces: Path | None) -> list[Section]:
    compared = [Compared(pair=pair.drawn, report=outcomes[pair.name].report) for pair in pairs]
    decided = [d for pair in pairs for d in decided_of(pair, outcomes[pair.name], instants_of(pair))]
    optional = [measures.order_section(decided), measures.instants_section(decided)]
    return [
        _right_section(compared),
        measures.answers_section(decided),
        measures.confidence_section(decided),
        *(section for section in optional if section),
        *_witness_section(compared, decided),
        measures.effort_section(list(outcomes.values())),
        measures.failures_section(list(outcomes.values()), decided),
        worst_section(decided, home, traces),
    ]


def _right_section(compared: Sequence[Compared]) -> Section:
    levels = [*dict.fromkeys(c.pair.difficulty for c in compared)]
    scores: dict[str, Score] = {
        name: score(a for c in compared if name in (c.pair.difficulty, "all") for a in c.answers()) for name in [*levels, "all"]
    }
    rows = [plots.Interval(name, s.right.value, *s.right.interval()) for name, s in scores.items() if s.right.of]
    return Section(
        title="How often it is right",
        text=(
            "Right by lean is the forced choice that closed-set scoring uses, with a 95% Wilson interval, where the truth is a letter; a letter is "
            "wrong where the other one is true; instants are the first key frames of both clips against the nearest true instant.",
        ),
        plots=(Plot(svg=plots.intervals_plot(rows), caption="Right by lean with its 95% interval; half is guessing."),),
        tables=(table(compared),),
    )


def _witness_section(compared: Sequence[Compared], decided: Sequence[Decided]) -> list[Section]:
    """What each witness was worth, where a model was one."""
    if not any(d.letters for d in decided):
        return []
    text = (
        "Sure is a confidence of 0.7 or more; void is an answer that flips with the order; a row of the third table is one case of who says what. "
        "The last table is who would have decided alone, where the truth is a letter, by what was said at the last look."
    )
    return [Section(title="Witnesses", text=(text,), tables=(*witness_tables(compared), verifier_table(compared)))]


def _open(pairs: Sequence[Drawn], outcomes: Mapping[str, Outcome], home: Path, traces: Path | None) -> list[Section]:
    rows = [pair.row for pair in pairs]
    given = [_given(outcomes[pair.name]) for pair in pairs]
    judged = asyncio.run(judge_open(rows, given, WordMatcher()))
    return [
        Section(
            title="Recall@N",
            text=(
                "Differences that were found and have the right letter, of all that are there: drawn clips differ in three or four ways, and N is "
                "1.5 times the statements about the pair. Matched by words and by the question that a statement asks, without a model.",
            ),
            plots=(Plot(svg=plots.intervals_plot(open_intervals(judged), None), caption="Recall@N with its 95% interval."),),
            tables=(summary(judged, "open"), by_action(judged, "open")),
        ),
        measures.effort_section(list(outcomes.values())),
        measures.failures_section(list(outcomes.values()), ()),
    ]


def _given(outcome: Outcome) -> Predictions:
    return predictions_of(outcome.report, "open") if outcome.report else {}


def instants_of(pair: Drawn) -> Instants:
    """The true instants of the statements that speak of one."""
    return {s.id: (s.times_a, s.times_b) for s in pair.drawn.statements if s.phase in INSTANTS}
