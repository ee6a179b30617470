"""What went wrong with a run as a whole, in plain sentences, the causes first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ...tools.pair import SIDES
from ...tools.vlm_votes import LETTERS, Bias
from .diagnoses import CUT, FLAT, LIMIT, UNUSABLE, by_weight
from .story_values import Diagnosis, Step, Story

PLANNER_GONE = re.compile(r"planner (?:stalled|took over)")


def run_diagnoses(story: Story) -> tuple[Diagnosis, ...]:
    """What went wrong with the run as a whole."""
    rules: tuple[Callable[[Story], Iterator[Diagnosis]], ...] = (
        _ended, _bias, _budget, _planner, _servers, _failed_steps, _flat_everywhere,
    )  # fmt: skip
    return by_weight(tuple(dict.fromkeys(each for rule in rules for each in rule(story))))


def _ended(story: Story) -> Iterator[Diagnosis]:
    head = story.head
    if head.status == "unfinished":
        yield Diagnosis(code="no end", weight="cause", text="The run was killed, or it is still going on: its trace has no end.")
    elif head.status == "failed" or head.error:
        yield Diagnosis(
            code="server error" if "server" in head.error else "failed", weight="cause", text=f"The run failed: {head.error}."
        )
    elif head.status == "interrupted":
        yield Diagnosis(code="interrupted", weight="cause", text="The user stopped the run before it was done.")


def _bias(story: Story) -> Iterator[Diagnosis]:
    said = [each for asked in story.asked.values() for each in asked.said.values() if each.answer in LETTERS]
    warning = Bias(first=sum(each.place == "first" for each in said), letters=len(said)).warning
    if warning:
        yield Diagnosis(code="biased model", weight="cause", text=f"Biased model: {warning}.")


def _budget(story: Story) -> Iterator[Diagnosis]:
    unasked = sum(bool(LIMIT.search(asked.error)) for asked in story.asked.values())
    for warning in story.warnings:
        if LIMIT.search(warning) or "steps with work left" in warning:
            more = f" ({unasked} questions were not put)" if unasked else ""
            yield Diagnosis(code="exhausted budget", weight="cause", text=f"Exhausted budget: {warning}{more}.")


def _planner(story: Story) -> Iterator[Diagnosis]:
    for warning in story.warnings:
        if PLANNER_GONE.search(warning) and not LIMIT.search(warning):
            yield Diagnosis(code="stalled planner", weight="doubt", text=f"Stalled planner: {warning}.")


def _servers(story: Story) -> Iterator[Diagnosis]:
    again = [each for each in story.asked.values() if each.spent.calls - each.spent.repaired > 1]
    if again:
        extra = sum(each.spent.calls - each.spent.repaired - 1 for each in again)
        text = (
            f"Server errors: {len(again)} of {len(story.asked)} questions needed {extra} more requests, since the first ones "
            "failed or were refused."
        )
        yield Diagnosis(code="server error", weight="note", text=text)
    failed = [each for each in story.asked.values() if each.error and not LIMIT.search(each.error)]
    if failed:
        text = f"{len(failed)} of {len(story.asked)} questions got no usable reply; the first: {failed[0].error}."
        unusable = UNUSABLE.search(failed[0].error) or CUT.search(failed[0].error)
        yield Diagnosis(code="unusable reply" if unusable else "server error", weight="cause", text=text)


def _failed_steps(story: Story) -> Iterator[Diagnosis]:
    for step in _every(story.steps):
        if step.error and step.kind in ("node", "tool"):
            yield Diagnosis(code="failed step", weight="cause", text=f"Step {step.name} failed: {step.error}.")


def _every(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _every(step.steps)


def _flat_everywhere(story: Story) -> Iterator[Diagnosis]:
    for side in SIDES:
        known = [each for each in story.retrievals if each.video == side and each.strength]
        if known and all(strength < FLAT for each in known for strength in each.strength):
            text = (
                f"Flat similarities: no stage stands out in any frame of {side.upper()}; every instant in it is a guess by order."
            )
            yield Diagnosis(code="flat similarities", weight="cause", text=text)
