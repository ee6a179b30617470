"""One run from two paths to a report: probe, build what the settings ask for, and drive the graph."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, cast

from langchain_core.runnables import RunnableConfig

from ..memory.corrections import kept_corrections
from ..memory.databases import Memory, open_memory
from ..memory.errors import ModelServerError, SettingsError, VideoError
from ..memory.files import private_folder
from ..memory.history import comparison_of, recall, remember
from ..memory.locks import alone
from ..memory.runs import Runs, SavedRequest
from ..memory.state import RunInput, State
from ..memory.upkeep import newer_than
from ..memory.values import Side, VideoInfo
from ..tools.actions import GENERAL
from .build import build_context
from .chat.past import changes_since
from .context import Context
from .driving import drive
from .event_line import Tell
from .events import Progress
from .forecast import before_run, of_questions
from .fork import begun, end_of_comparison
from .graph import build_graph
from .own_actions import own_actions
from .report import Report, report_in
from .request import new_request
from .settings import Settings
from .traces.recording import ending_recorded, record_start, recorder_of
from .traces.telemetry import send_if_asked


class Work(NamedTuple):
    """What one run works with."""

    context: Context
    tell: Tell
    """Told every event."""


async def run(paths: tuple[Path, Path], request: RunInput, settings: Settings, tell: Tell) -> Report:
    """Compare two clips; every event is told as it happens."""
    saved = saved_request(paths, request, settings)
    with suppress(SettingsError):  # Most runs are new; one that is taken up again stays whose it was and where it began.
        earlier = Runs(settings.runs_folder).request(saved.run_id)
        saved = saved.model_copy(update={"person": earlier.person, "forked_from": earlier.forked_from})
    make_home(settings)
    async with open_memory(settings.home, settings.database) as memory:
        with alone(settings.home, saved.run_id):
            state = await compared(memory, saved, settings, tell, again=True)
    return report_in(state)


async def compared(memory: Memory, saved: SavedRequest, settings: Settings, tell: Tell, *, again: bool = False) -> State:
    """The state of a comparison that is done, now or earlier; a report is in it.

    One that stopped starts again: all that it finished comes from the cache. With `again` so does one that is done, since it may
    have ended at a limit that is higher now; not once it was talked about.
    """
    lost = ""
    try:
        state = await state_of(memory, saved.run_id)
    except SettingsError as error:
        if not again:
            raise
        state, lost = cast(State, {}), f"{error}, which was done"
    if state.get("report") and (state.get("turns") or not again):
        return state
    await memory.checkpointer.adelete_thread(saved.run_id)
    # First what is cheap to get wrong: a mistyped model is said before a long clip is read.
    request, work = _request_of(saved), await begin(memory, saved, settings, tell, filter(None, (lost,)))
    forked = await begun(memory, saved)
    if forked is None and (estimated := before_run(work.context, request)) is not None:
        tell(estimated)
    inputs = forked or await _beginning(memory, saved, request)
    runs = Runs(settings.runs_folder)
    runs.save_request(saved)
    record_start(work.context, saved, inputs)
    state = await driven(memory, work, inputs, saved.run_id, forked=forked is not None)
    runs.save_report(state["report"])
    if saved.person:
        await remember_report(memory, saved, state)
    return state


async def _beginning(memory: Memory, saved: SavedRequest, request: RunInput) -> State:
    inputs = State(**{**request, "videos": await clips_of((Path(saved.video_a), Path(saved.video_b)))})
    inputs["corrections"] = await kept_corrections(memory.store, saved.action)
    return inputs


async def remember_report(memory: Memory, saved: SavedRequest, state: State, who: Side | None = None) -> None:
    """Keep what a comparison showed of a person; `who` is the clip that shows them."""
    named = state["plan"].action
    action = saved.action if named == GENERAL else named
    when = datetime.now(UTC)
    await remember(memory.store, comparison_of(state["report"], saved.person, when, action=action, who=who))


async def driven(memory: Memory, work: Work, inputs: State, run_id: str, *, forked: bool = False) -> State:
    """The state after the graph has gone from `inputs` to its end.

    The states of a comparison are all kept, so that it can be forked at any step; of the turns after it only the newest one.

    Raises:
        ModelServerError: a server failed for good; the message says how to go on.
    """
    context, tell = work
    graph, part = build_graph(memory.checkpointer), "comparison" if "videos" in inputs else "turn"
    try:
        with ending_recorded(context):
            state = await drive(graph, inputs, context, tell, thread=run_id, part=part, begun=forked)
    except ModelServerError as error:
        # Every reply and every track is in the cache under its content, so taking the run up again pays for nothing twice.
        raise ModelServerError(f"{error}; what was finished is kept: viddiff resume {run_id}") from error
    finally:
        await asyncio.to_thread(send_if_asked, context.settings, run_id)
    if part == "turn":
        await memory.upkeep.shrink_after(run_id, await end_of_comparison(memory, run_id))
    return state


async def state_of(memory: Memory, run_id: str) -> State:
    """What is saved of a run; empty when nothing is. States that are saved after it count as newer, whatever the clock says.

    Raises:
        SettingsError: it cannot be read any more.
    """
    config = RunnableConfig(configurable={"thread_id": run_id})
    try:
        found = await build_graph(memory.checkpointer).aget_state(config)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(
            f"{run_id}: what was kept of it cannot be read any more ({' '.join(str(error).split())[:80]}): viddiff resume {run_id} "
            "makes the comparison anew"
        ) from None
    newer_than(found.config["configurable"].get("checkpoint_id"))
    return cast(State, found.values)


def _request_of(saved: SavedRequest) -> RunInput:
    given = [{"id": id_, "description": text} for id_, text in saved.statements]
    return new_request(saved.action, given if saved.setting == "closed" else None, saved.max_differences, saved.run_id)


async def begin(memory: Memory, saved: SavedRequest, settings: Settings, tell: Tell, warnings: Iterable[str] = ()) -> Work:
    """Models, tools and limits for one run, with what its earlier parts used and what is to be said about them.

    Raises:
        SettingsError: a setting is wrong, or nothing can be written under `home`.
        SetupError: an encoder that was asked for cannot be loaded.
    """
    runs = Runs(settings.runs_folder)
    used = runs.used(saved.run_id)
    own = await own_actions(memory.store)
    recorder = recorder_of(settings, saved.run_id)
    # In a thread: what it imports would hold up everybody else on a server.
    context = await asyncio.to_thread(
        build_context, settings, lambda what, share: tell(Progress(what=what, share=share)), used, own, recorder
    )
    # After every request, so that the limits hold for a run that is killed and taken up again as well.
    context.budget.settled = lambda used: runs.save_used(saved.run_id, used)
    context.toolbox.announce = lambda prepared: tell(of_questions(context, prepared))
    known = await recall(memory.store, saved.person) if saved.person else ()
    origin = saved.forked_from.origin if saved.forked_from else ""
    warned = (*context.warnings, *warnings)
    return Work(replace(context, history=changes_since(known), origin=origin, warnings=warned), tell)


async def clips_of(paths: tuple[Path, Path]) -> dict[Side, VideoInfo]:
    """What is known of both clips before they are understood.

    Raises:
        VideoError: one of them cannot be read.
    """
    from ..tools.video import probe

    first, second = await asyncio.gather(*(asyncio.to_thread(probe, path) for path in paths))
    return {"a": first, "b": second}


def saved_request(paths: tuple[Path, Path], request: RunInput, settings: Settings, person: str = "") -> SavedRequest:
    """What is kept of what was asked for; no keys."""
    return SavedRequest(
        run_id=request["run_id"],
        video_a=_lasting(paths[0]),
        video_b=_lasting(paths[1]),
        action=request["action"],
        person=person,
        setting=request["setting"],
        statements=tuple((statement.id, statement.description) for statement in request["statements"]),
        max_differences=request["max_differences"],
        settings=settings.model_dump(mode="json", exclude={"openai_api_key", "openai_base_url", "home", "database"}),
    )


def _lasting(path: Path) -> str:
    """The path from whatever folder a run is taken up again; an address stays as it is, to be refused as one.

    Raises:
        VideoError: What is kept of a run is text, and the name is none.
    """
    from ..tools.video import is_address

    if any("\ud800" <= letter <= "\udfff" for letter in str(path)):
        raise VideoError(f"{str(path)!r} has a name that is not UTF-8: rename the file")

    return str(path if is_address(str(path)) else path.absolute())


def make_home(settings: Settings) -> None:
    """Make the folder that everything lives under; what is in it is nobody else's to read.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (settings.cache_folder, settings.runs_folder):
            private_folder(folder)
    except OSError as error:
        raise SettingsError(
            f"VIDDIFF_HOME {settings.home}: cannot be written ({error.strerror}); name a folder that can"
        ) from None
