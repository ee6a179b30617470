"""What a run will cost is said before anything is paid, holds against what is then used, and names what the limits leave out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from made_once import MadeOnce
from model_calls import Choices, desk, question

from viddiff import Report, Settings, compare
from viddiff.agent.events import Estimated, Event, Step
from viddiff.evals.drawn.pairs import WrittenPair
from viddiff.evals.scripted_server import EveryNth, ScriptedServer, always_first, faults, image_reader
from viddiff.evals.scripted_server.named import whole
from viddiff.memory.errors import VidDiffError
from viddiff.tools.models.budget import LONGEST_REPLY, Budget, Estimate, sum_of
from viddiff.tools.models.client import MAX_TOKENS
from viddiff.tools.models.prices import Price


@pytest.fixture(scope="module")
def made(made_once: MadeOnce) -> WrittenPair:
    return made_once.pair("squat", 3)


@pytest.fixture(scope="module")
def home(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared; every server has an address, and so replies, of its own."""
    return made_once.tracks_in(tmp_path_factory.mktemp("home"))


def price_table(folder: Path, server: ScriptedServer) -> Path:
    file = folder / "prices.yaml"
    file.write_text(f"as_of: 2030-01-02\nmodels:\n  scripted@{server.base_url}: {{input: 10, output: 40}}\n")
    return file


def run(made: WrittenPair, home: Path, server: ScriptedServer, **rest: object) -> tuple[Report, list[Event], list[int]]:
    """The report, the events, and how many requests the server had seen at each of them."""
    events: list[Event] = []
    seen: list[int] = []

    def note(event: Event) -> None:
        events.append(event)
        seen.append(len(server.recording.chats))

    spec = f"openai:scripted@{server.base_url}"
    settings = Settings.of(home=home, planner=spec, vlm=spec, prices=price_table(home, server), **rest)
    asked = [s.description for s in made.pair.statements]
    report = compare(made.a.path, made.b.path, action=made.pair.description, differences=asked, settings=settings, on_event=note)
    return report, events, seen


def test_the_estimate_holds_and_is_not_far_above_what_is_used(made: WrittenPair, home: Path, seen_once: None) -> None:
    with ScriptedServer(whole(image_reader())) as server:
        report, events, seen = run(made, home, server)
    told = [event for event in events if isinstance(event, Estimated)]
    assert [each.about for each in told[:2]] == ["run", "questions"]
    assert seen[events.index(told[0])] == 0
    used = report.usage
    within(told[0].high, used.llm_calls + used.vlm_calls, used.images, used.input_tokens + used.output_tokens, used.cost_usd)
    assert told[0].low.calls <= used.llm_calls + used.vlm_calls
    assert told[0].low.cost_usd <= used.cost_usd
    questions = sum_of(each.high for each in told[1:])
    assert (questions.calls, questions.images) == (used.vlm_calls, used.images)
    assert not any(each.warning for each in told)


def within(told: Estimate, calls: int, images: int, tokens: int, cost_usd: float) -> None:
    for most, is_ in ((told.calls, calls), (told.images, images), (told.tokens, tokens), (told.cost_usd, cost_usd)):
        assert is_ <= most <= 3 * is_, (told, calls, images, tokens, cost_usd)


def test_limits_that_are_too_small_are_said_before_anything_is_sent(made: WrittenPair, home: Path) -> None:
    with ScriptedServer(whole(always_first())) as server:
        _, events, _ = run(made, home, server, max_calls=4, max_cost=0.01)
        assert len(server.recording.chats) <= 4
    first = next(event for event in events if isinstance(event, Estimated))
    assert "left of --max-calls 4" in first.warning
    assert "left of --max-cost 0.01" in first.warning
    assert "may be left out" in first.warning
    assert "\n" not in first.said + first.warning


def test_a_run_without_models_says_nothing_of_costs(made: WrittenPair, home: Path) -> None:
    events: list[Event] = []
    settings = Settings.of(home=home, profile="embedded")
    compare(
        made.a.path, made.b.path, action="squat", differences=["the squat is deeper"], settings=settings, on_event=events.append
    )
    assert any(isinstance(event, Step) for event in events)
    assert not any(isinstance(event, Estimated) for event in events)


@pytest.mark.parametrize("limit", [1, 4, 7])
def test_no_more_calls_than_allowed_whatever_fails_and_however_many_ask_at_once(limit: int, tmp_path: Path) -> None:
    personality = faults.slow(EveryNth(faults.server_error(), 3, EveryNth(faults.prose(), 4, always_first())), 0.01)
    with ScriptedServer(personality) as server:
        at = desk(server, tmp_path, budget=Budget(max_calls=limit), attempts=4)

        async def crowd() -> list[object]:
            asks = (at.asker.ask(question(f"statement {n}"), Choices) for n in range(12))
            return await asyncio.gather(*asks, return_exceptions=True)

        found = asyncio.run(crowd())
        assert len(server.recording.chats) == at.budget.used().calls == limit
    assert any(isinstance(each, VidDiffError) for each in found)


def test_what_is_said_is_one_line_with_every_number() -> None:
    low = Estimate(calls=6, input_tokens=900, output_tokens=100, images=2, cost_usd=0.01)
    high = Estimate(calls=20, input_tokens=9000, output_tokens=1000, images=14, cost_usd=0.095)
    told = Estimated(about="run", low=low, high=high)
    assert told.said == "this run takes about 6 to 20 calls, 2 to 14 images, 1000 to 10000 tokens, $0.010 to 0.095"
    unknown = high.model_copy(update={"price_known": False})
    assert Estimated(about="questions", low=unknown, high=unknown).said.endswith(
        "20 calls, 14 images, 10000 tokens, price not known"
    )


def test_estimates_add_up_and_know_what_they_do_not_know() -> None:
    one = Estimate(calls=1, input_tokens=2, output_tokens=3, images=4, cost_usd=0.5, most_usd=1.0)
    assert sum_of([one, one]) == Estimate(calls=2, input_tokens=4, output_tokens=6, images=8, cost_usd=1.0, most_usd=2.0)
    assert not sum_of([one, one.model_copy(update={"price_known": False})]).price_known
    assert sum_of([]) == Estimate()
    assert LONGEST_REPLY == MAX_TOKENS
    assert Price(input=1, output=1).cost_usd(0, LONGEST_REPLY) > 0
