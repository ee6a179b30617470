"""Asks a vision model about differences: pictures of the matched instants, both orders, one call per group that shares its pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..memory.errors import BudgetExhausted, ModelReplyError
from ..memory.state import Localization
from ..memory.values import Difference, Evidence, Side, Value, VideoInfo
from .models.asking import Answered, Ask, Asker, CallUsage
from .models.budget import total_of
from .vlm_frames import ReadFrames, cut_out, layout
from .vlm_questions import question, tags_of
from .vlm_sights import Group, KeyFrames, Sight, grouped, sight_of
from .vlm_votes import ORDERS, Bias, Hearing, ModelReply, Opinion, Order, hear, opinion_of


class VlmOutcome(Value):
    """What the model said about all differences, and what asking took."""

    opinions: dict[str, Opinion]
    """By difference id, one for every difference asked about."""
    usage: CallUsage = CallUsage()
    """By the server's own numbers; answers that failed are not in it."""
    questions: int = 0
    """Questions put, answered from the cache or not."""
    bias: Bias = Bias()
    voids: tuple[str, ...] = ()
    """Differences whose answer flipped with the order."""
    unanswered: int = 0
    """Answers, of both orders, that were asked for and not given, or could not be believed."""
    stray: int = 0
    """Answers to what was not asked."""
    exhausted: bool = False
    """The run's limit was reached before everything was asked."""
    rubbish: tuple[str, ...] = ()
    """What was wrong with the replies that could not be used, also when asked for again; one for each."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the user."""
        count = len(self.rubbish)
        lost = (
            f"{count} of {self.questions} questions to the vision model got no usable reply: {self.rubbish[0]}" if count else ""
        )
        beside = (
            f"the vision model left out {self.unanswered} answers that it was asked for and gave {self.stray} that it was not"
            if self.stray
            else ""
        )
        return tuple(filter(None, (self.bias.warning, lost, beside)))


@dataclass(frozen=True)
class Asking:
    """One question about one group, with one of the clips shown first."""

    group: Group
    order: Order
    ask: Ask


@dataclass(frozen=True)
class Prepared:
    """Everything that will be asked, before anything is: what an estimate of the cost looks at."""

    askings: tuple[Asking, ...]
    """Pair by pair, one for each order of a group."""
    hidden: dict[str, str]
    """Differences that cannot be shown, and why."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The questions themselves."""
        return tuple(each.ask for each in self.askings)


class _Reply(Value):
    """What came of one question: a reply that was read, or why there is none."""

    hearing: Hearing = Hearing(heard={})
    usage: CallUsage = CallUsage()
    failure: str = ""


async def query_vlm(
    differences: Sequence[Difference],
    places: Mapping[str, Localization],
    shown: Mapping[str, Evidence],
    videos: Mapping[Side, VideoInfo],
    asker: Asker,
    *,
    action: str,
    key_frames: KeyFrames,
    read_frames: ReadFrames,
    announce: Callable[[Prepared], None] = lambda _: None,
) -> VlmOutcome:
    """Ask a vision model about differences: all groups and both orders at the same time.

    Args:
        differences: what to ask about, ids distinct.
        places: by difference id, where it was last looked for.
        shown: by difference id, the instants that its measurement at that place rests on; those of an older place must be left out.
        videos: both clips.
        asker: the model; limits on rate, calls and cost are its own.
        action: what both people do.
        key_frames: the key frames of one clip at some instants, with the body in them.
        read_frames: the frames of a clip at some times, full size.
        announce: told what is about to be asked, before anything is.

    Raises:
        ModelServerError: the server failed for good; what it answered before is in the asker's cache.
        VideoError: a clip cannot be read any more.
    """
    # Reading, drawing and encoding take seconds and must not hold up others on the event loop.
    prepared, _ = await asyncio.gather(
        asyncio.to_thread(
            prepare, differences, places, shown, videos, action=action, key_frames=key_frames, read_frames=read_frames
        ),
        asyncio.to_thread(asker.load),
    )
    announce(prepared)
    return await put(prepared, asker)


def prepare(
    differences: Sequence[Difference],
    places: Mapping[str, Localization],
    shown: Mapping[str, Evidence],
    videos: Mapping[Side, VideoInfo],
    *,
    action: str,
    key_frames: KeyFrames,
    read_frames: ReadFrames,
) -> Prepared:
    """The questions to put, with their pictures; see `query_vlm`."""
    sights: dict[str, Sight] = {}
    hidden: dict[str, str] = {}
    for difference in differences:
        sight = sight_of(difference, places[difference.id], shown.get(difference.id, Evidence()), key_frames)
        if isinstance(sight, str):
            hidden[difference.id] = sight
        else:
            sights[difference.id] = sight
    groups = grouped(sights, [difference for difference in differences if difference.id in sights])
    a, b = ((videos[side].width, videos[side].height) for side in ("a", "b"))
    layouts = [layout(group.sight, a, b) for group in groups]
    pictures = cut_out((cut for cuts in layouts for some in cuts.values() for cut in some), videos, read_frames)
    askings = (
        Asking(group, order, question(group, order, action, cuts, pictures, videos))
        for group, cuts in zip(groups, layouts, strict=True)
        for order in ORDERS
    )
    return Prepared(askings=tuple(askings), hidden=hidden)


async def put(prepared: Prepared, asker: Asker) -> VlmOutcome:
    """Put all questions at the same time and weigh what comes back; errors as in `query_vlm`."""
    # Every answer is waited for, also when one fails: what was paid for gets into the cache.
    results = await asyncio.gather(*(asker.ask(ask, ModelReply) for ask in prepared.asks), return_exceptions=True)
    replies = [_read(each, result) for each, result in zip(prepared.askings, results, strict=True)]
    outcome = _collected(prepared, replies, asker.name)
    exhausted = any(isinstance(result, BudgetExhausted) for result in results)
    rubbish = tuple(str(result) for result in results if isinstance(result, ModelReplyError))
    return outcome.model_copy(update={"exhausted": exhausted, "rubbish": rubbish})


def _read(asked: Asking, result: Answered[ModelReply] | BaseException) -> _Reply:
    """One reply; rubbish and an empty purse leave the group undecided, any other failure goes on to the caller."""
    if isinstance(result, ModelReplyError):
        return _Reply(failure=f"the model gave no usable reply: {result}")
    if isinstance(result, BudgetExhausted):
        return _Reply(failure=f"the model was not asked: {result}")
    if isinstance(result, BaseException):
        raise result
    tags = tags_of(asked.group.differences)
    return _Reply(hearing=hear(result.value, asked.order, tags, result.choice_probabilities), usage=result.usage)


def _collected(prepared: Prepared, replies: Sequence[_Reply], source: str) -> VlmOutcome:
    opinions = {
        id_: Opinion(id=id_, answer="unknown", strength="none", reason=reason, cause="moment not found")
        for id_, reason in prepared.hidden.items()
    }
    unanswered = 0
    for asked, ab, ba in zip(prepared.askings[::2], replies[::2], replies[1::2], strict=True):
        for tag, difference in tags_of(asked.group.differences).items():
            heard = [reply.hearing.heard.get(tag) for reply in (ab, ba)]
            unanswered += heard.count(None)
            opinions[difference.id] = opinion_of(difference.id, source, *heard, missing=ab.failure or ba.failure)
    hearings = [reply.hearing for reply in replies]
    return VlmOutcome(
        opinions=opinions,
        usage=total_of(reply.usage for reply in replies),
        questions=len(replies),
        bias=Bias(first=sum(h.first for h in hearings), letters=sum(h.letters for h in hearings)),
        voids=tuple(id_ for id_, opinion in opinions.items() if opinion.void),
        unanswered=unanswered,
        stray=sum(h.stray for h in hearings),
    )
