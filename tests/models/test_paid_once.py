"""Answers are paid for once, limits hold before anything is sent, and keys are nowhere to be read."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path
from typing import Literal

import pytest
from model_calls import GOOD, KEY, QUESTION, Choices, Desk, answers, desk, picture, question
from pydantic import BaseModel, SecretStr

from viddiff.evals.scripted_server import RawAnswer, Scripted, ScriptedServer, always_first, faults, said
from viddiff.memory.errors import BudgetExhausted, ModelServerError
from viddiff.memory.values import Value
from viddiff.tools.models.asking import Ask, CallUsage
from viddiff.tools.models.budget import Budget, estimate
from viddiff.tools.models.prices import UNKNOWN, Price
from viddiff.tools.models.schemas import form_of
from viddiff.tools.models.specs import Endpoint
from viddiff.tools.models.stored_replies import key_of

DEAR = Price(input=10, output=100)


class Verdict(Value):
    """Another schema that the same reply does not follow."""

    choice: Literal["first", "second"]


def test_a_second_run_makes_no_call(tmp_path: Path) -> None:
    with ScriptedServer(always_first(0.7)) as server:
        first, again = desk(server, tmp_path, price=DEAR), desk(server, tmp_path, price=DEAR)
        (paid,), (kept,) = first.ask(), again.ask()
        assert len(server.recording.chats) == 1
    assert (kept.value, kept.choice_probabilities) == (paid.value, paid.choice_probabilities)
    assert (paid.usage.cache_hits, paid.usage.cost_usd > 0) == (0, True)
    assert kept.usage == again.budget.used() == CallUsage(cache_hits=1)


def test_without_a_cache_every_run_is_paid(tmp_path: Path) -> None:
    with ScriptedServer(always_first()) as server:
        at = desk(server, tmp_path)
        at.cache.enabled = False
        at.ask()
        at.ask()
        assert len(server.recording.chats) == 2
        assert list(tmp_path.iterdir()) == []


CHANGES = {
    "words": question("the squat is higher"),
    "system": question(system="You compare."),
    "prompt": question(prompt_version="v2"),
    "frames": question(cache_parts=(2, "ab", 0.5)),
    "pictures": question(images=(picture(101), picture(150))),
    "order of the pictures": question(images=(picture(150), picture(100))),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_decides_the_answer_is_in_its_name(changed: Ask) -> None:
    here = Endpoint(model="m", base_url="http://h/v1", key=SecretStr(KEY), name="m")
    form = form_of(Choices)
    assert key_of(here, changed, form) != key_of(here, QUESTION, form)
    assert key_of(here, QUESTION, form) == key_of(here, question(), form)


def test_model_server_and_schema_are_in_the_name_and_the_key_is_not() -> None:
    form, here = form_of(Choices), Endpoint(model="m", base_url="http://h/v1", key=SecretStr(KEY), name="m")
    others = [here.model_copy(update={name: value}) for name, value in (("model", "n"), ("base_url", "http://i/v1"), ("seed", 0))]
    names = {key_of(each, QUESTION, form) for each in (here, *others)} | {key_of(here, QUESTION, form_of(Verdict))}
    assert len(names) == 5
    assert key_of(here.model_copy(update={"key": SecretStr("other")}), QUESTION, form) in names


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"value": {}}', b'{"value": {"answers": 3}, "choice_probabilities": []}'])
def test_a_damaged_entry_is_asked_for_again(damage: bytes, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(then=GOOD)) as server:
        desk(server, tmp_path).ask()
        (entry,) = tmp_path.rglob("*.json")
        whole = entry.read_bytes()
        entry.write_bytes(damage)
        assert desk(server, tmp_path).ask()[0].usage.calls == 1
        assert entry.read_bytes() == whole


def test_the_limit_on_calls_holds_before_sending(tmp_path: Path) -> None:
    with ScriptedServer(always_first()) as server:
        at = desk(server, tmp_path, budget=Budget(max_calls=3))
        for n in range(3):
            at.ask(question(f"statement {n}"))
        with pytest.raises(BudgetExhausted, match="limit of 3 model calls is reached; allow more with --max-calls"):
            at.ask(question("one more"))
        at.ask(question("statement 0"))
        assert len(server.recording.chats) == at.budget.used().calls == 3


def test_retries_and_repairs_count_as_calls(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(faults.server_error(), faults.prose(), then=GOOD)) as server:
        at = desk(server, tmp_path, budget=Budget(max_calls=2))
        with pytest.raises(BudgetExhausted):
            at.ask()
        assert len(server.recording.chats) == 2


def crowd(at: Desk) -> list[object]:
    async def together() -> list[object]:
        asks = (at.asker.ask(question(f"statement {n}"), Choices) for n in range(6))
        return await asyncio.gather(*asks, return_exceptions=True)

    return asyncio.run(together())


def test_many_at_once_never_pass_the_limit_on_cost_and_wait_for_one_another(tmp_path: Path) -> None:
    with ScriptedServer(faults.slow(always_first(), 0.05)) as server:
        # An answer may cost 0.41 USD for its longest reply, and costs a hundredth of that.
        at = desk(server, tmp_path, budget=Budget(max_cost_usd=1.0), price=DEAR)
        assert [each for each in crowd(at) if isinstance(each, BaseException)] == []
        assert server.recording.most_together == 2
        assert 0 < at.budget.used().cost_usd < 1.0


def test_those_that_the_limit_on_cost_leaves_no_room_for_are_not_sent(tmp_path: Path) -> None:
    with ScriptedServer(faults.slow(always_first(), 0.05)) as server:
        at = desk(server, tmp_path, budget=Budget(max_cost_usd=0.43), price=DEAR)
        stopped = [each for each in crowd(at) if isinstance(each, BudgetExhausted)]
        assert 0 < len(stopped) == 6 - len(server.recording.chats) < 6
        assert "the limit of $0.43" in str(stopped[0])
        assert server.recording.most_together == 1
        assert 0 < at.budget.used().cost_usd < 0.43


def test_costs_are_the_servers_own_numbers(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(GOOD)) as server:
        at = desk(server, tmp_path, price=DEAR)
        usage = at.ask()[0].usage
        (request,) = (call.request for call in server.recording.chats)
    assert request is not None
    assert usage.input_tokens == request.prompt_tokens
    assert usage.cost_usd == pytest.approx((usage.input_tokens * 10 + usage.output_tokens * 100) / 1e6)
    assert at.budget.used("vlm") == at.budget.used() == usage
    assert at.budget.used("proposer") == CallUsage()


def test_what_may_have_been_billed_counts_as_spent(tmp_path: Path) -> None:
    for fault, costs in ((faults.connection_cut(), True), (faults.server_error(), False)):
        with ScriptedServer(Scripted(then=fault)) as server:
            at = desk(server, tmp_path, price=DEAR, attempts=1)
            with pytest.raises(ModelServerError):
                at.ask()
        assert (at.budget.used().cost_usd > 0.4) == costs
    nobody = desk("http://127.0.0.1:9/v1", tmp_path, price=DEAR, attempts=1)
    with pytest.raises(ModelServerError):
        nobody.ask()
    assert nobody.budget.used() == CallUsage(calls=1, images=2)


def test_a_server_that_tells_no_usage_is_estimated(tmp_path: Path) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": GOOD.content}, "finish_reason": "stop"}
    body = RawAnswer(body=said({"id": "1", "object": "chat.completion", "model": "m", "choices": [choice]}).content or "")
    with ScriptedServer(Scripted(body)) as server:
        usage = desk(server, tmp_path).ask()[0].usage
    assert usage.input_tokens > 510
    assert usage.output_tokens > 10


def test_a_run_that_goes_on_knows_what_it_spent() -> None:
    budget = Budget(max_calls=3, used={"vlm": CallUsage(calls=2, cost_usd=0.5)})
    held = budget.reserve("planner", 0.1)
    with pytest.raises(BudgetExhausted):
        budget.reserve("vlm", 0.0)
    budget.settle(held, CallUsage(calls=1, cost_usd=0.05))
    assert budget.used() == CallUsage(calls=3, cost_usd=0.55)


def test_a_limit_on_cost_does_not_stop_calls_whose_price_is_unknown() -> None:
    budget = Budget(max_cost_usd=0.0)
    budget.reserve("vlm", UNKNOWN.cost_usd(1000, 1000))
    with pytest.raises(BudgetExhausted):
        budget.reserve("vlm", DEAR.cost_usd(1, 1))


def test_the_estimate_counts_pictures_by_the_tile_rule() -> None:
    plain = question(kind="proposer", parts=(), system="")
    found = estimate([QUESTION, QUESTION, plain], Price(input=1, output=1, image_scale=2))
    assert (found.calls, found.images, found.output_tokens) == (3, 4, 2300)
    texts = estimate([QUESTION], Price(image_scale=1)).input_tokens - 510
    assert found.input_tokens == 2 * (texts + 2 * 510)
    assert found.cost_usd == pytest.approx((found.input_tokens + 2300) / 1e6)
    assert not estimate([], UNKNOWN).price_known


def words_of(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


@pytest.mark.parametrize("status", [200, 401, 429, 500])
def test_the_key_is_nowhere_to_be_read(status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    shouting = RawAnswer(status=status, body=f'{{"error": {{"message": "bad key {KEY}, {KEY}"}}}}')
    with ScriptedServer(Scripted(GOOD, then=shouting), key=KEY) as server:
        at = desk(server, tmp_path, attempts=2)
        at.ask()
        with pytest.raises(ModelServerError, match=r"bad key \[key\]") as caught:
            at.ask(question("another"))
        seen = [
            words_of(caught.value),
            caplog.text,
            repr(server.recording.calls),
            at.asker.name,
            repr(at.asker),
            repr(vars(at.asker)),
        ]
        seen += [repr(vars(at.asker._sender)), repr(at.asker._chat._chat)]
    seen += [path.name + path.read_text() for path in tmp_path.rglob("*.json")]
    assert len(seen) == 9
    assert not [text for text in seen if KEY in text]


def test_a_wrong_key_is_said_in_one_line(tmp_path: Path) -> None:
    with (
        ScriptedServer(Scripted(GOOD), key="right") as server,
        pytest.raises(ModelServerError, match=r"401: Incorrect API key provided\.; check the key"),
    ):
        desk(server, tmp_path).ask()


def test_only_validated_answers_are_kept(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(then=said(answers(d1="nobody")))) as server:
        at = desk(server, tmp_path)
        with pytest.raises(ModelServerError):
            at.ask()
    assert list(tmp_path.rglob("*.json")) == []


class Loose(BaseModel):
    """Takes unknown fields."""

    choice: str


def test_a_schema_that_would_mend_replies_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    at = desk("http://127.0.0.1:9/v1", tmp_path)
    with pytest.raises(TypeError, match="forbids unknown fields"):
        asyncio.run(at.asker.ask(QUESTION, Loose))
    assert at.budget.used().calls == 0
