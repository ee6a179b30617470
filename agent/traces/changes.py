"""Two traces held against each other: what differs in settings, instants, votes, answers and cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...memory.values import Value, Verdict, Vote
from ..output.wording import LETTERS, percent, short_value
from .looks import moves
from .story_values import DifferenceStory, Head, Look, Story
from .text import lasting, money


class Change(Value):
    """One thing that is not the same in both."""

    what: str
    before: str
    after: str


class DifferenceChanges(Value):
    """What is not the same about one difference."""

    id: str
    description: str
    changes: tuple[Change, ...]


class Changes(Value):
    """All that is not the same."""

    before: str
    """Id of the first run."""
    after: str
    action: str
    settings: tuple[Change, ...]
    """Clips, versions, back-ends and prompts as well."""
    differences: tuple[DifferenceChanges, ...]
    """Those that changed."""
    unchanged: int
    cost: tuple[Change, ...]


def changes_between(first: Story, second: Story) -> Changes:
    """What changed from one run to another; differences are joined by id, or else by their words."""
    before = {each.id: each for each in first.differences}
    by_words = {each.description: each for each in first.differences}
    met: set[str] = set()
    changed = []
    for after in second.differences:
        known = before.get(after.id) or by_words.get(after.description)
        met |= {known.id} if known else set()
        changed.append(DifferenceChanges(id=after.id, description=after.description, changes=tuple(_of(known, after))))
    gone = (each for each in first.differences if each.id not in met)
    changed += [DifferenceChanges(id=each.id, description=each.description, changes=tuple(_of(each, None))) for each in gone]
    return Changes(
        before=first.head.run_id,
        after=second.head.run_id,
        action=second.head.action,
        settings=_unlike(_set_up(first), _set_up(second)),
        differences=tuple(each for each in changed if each.changes),
        unchanged=sum(not each.changes for each in changed),
        cost=_unlike(_cost(first.head), _cost(second.head)),
    )


def _unlike(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, "-"), after.get(name, "-")) for name in names)
    return tuple(Change(what=name, before=x, after=y) for name, x, y in pairs if x != y)


def _set_up(story: Story) -> dict[str, str]:
    """Everything that a run starts from, as text."""
    head = story.head
    found = {"action": head.action, "setting": head.setting, "viddiff": head.version}
    found |= {f"clip {side.upper()}": f"{clip.path} ({clip.sha256[:12]})" for side, clip in head.videos.items()}
    used: dict[str, Any] = head.backends.model_dump() if head.backends else {}
    found |= {name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in used.items()}
    found |= {f"setting {name}": str(value) for name, value in sorted(head.settings.items())}
    prompts = {asked.role: asked.prompt_version for asked in story.asked.values()}
    return found | {f"prompt of {role}": version for role, version in prompts.items()}


def _cost(head: Head) -> dict[str, str]:
    spent = head.spent
    return {
        "time": lasting(head.seconds),
        "model calls": str(spent.calls),
        "tokens": f"{spent.input_tokens} in, {spent.output_tokens} out",
        "pictures": str(spent.images),
        "cost": money(spent.cost_usd) or "$0",
        "from the cache": str(spent.cache_hits),
    }


def _of(before: DifferenceStory | None, after: DifferenceStory | None) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(what="looked at", before="no" if before is None else "yes", after="no" if after is None else "yes")
        return
    yield from _unlike(_decided(before.final), _decided(after.final))
    yield from _unlike({"looks": _looks(before)}, {"looks": _looks(after)})
    last, now = (each.looks[-1] if each.looks else None for each in (before, after))
    if last and now and (moved := moves(last.instants, now.instants)) != "the same instants in both clips":
        yield Change(what="instants", before=_instants(last), after=moved)
    yield from _unlike({"trace says": _codes(before)}, {"trace says": _codes(after)})


def _decided(final: Verdict | None) -> dict[str, str]:
    if final is None:
        return {"answer": "never decided"}
    found = final.measurement
    measured = f"A {short_value(found.a, found.unit)}, B {short_value(found.b, found.unit)}" if found else "nothing"
    answer = f"{LETTERS[final.answer]} {percent(final.confidence)}" if final.answer != "unknown" else "unknown"
    return {"answer": answer, "measured": measured, "votes": ", ".join(map(_vote, final.votes)) or "none"}


def _vote(vote: Vote) -> str:
    order = "" if vote.order == "-" else f" {vote.order}"
    return f"{vote.source.split('@')[0]}{order} {LETTERS[vote.answer]} {percent(vote.confidence)}"


def _looks(told: DifferenceStory) -> str:
    return ", ".join(look.strategy.replace("_", " ") for look in told.looks) or "none"


def _instants(look: Look) -> str:
    return "; ".join(
        f"{side.upper()} {', '.join(f'{time_s:.2f}' for time_s in times[:3])} s" for side, times in look.instants.items()
    )


def _codes(told: DifferenceStory) -> str:
    return ", ".join(dict.fromkeys(each.code for each in told.diagnoses if each.weight != "note")) or "nothing against it"
