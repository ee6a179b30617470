"""How long is waited, how often is tried again and how many are in work: laws, and the clock that was read."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_calls import GOOD, StoodStill, desk

from viddiff.evals.scripted_server import RawAnswer, Scripted, ScriptedServer, faults
from viddiff.memory.errors import ModelServerError
from viddiff.tools.models.limits import Throttle, TokenBucket
from viddiff.tools.models.retrying import RetryPolicy, asked_wait_s, back_off_s

CHANCE = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 5000), CHANCE, CHANCE)
def test_back_off_grows_stays_bounded_and_is_spread_over_its_upper_half(failures: int, one: float, other: float) -> None:
    policy = RetryPolicy(first_s=0.5, factor=3, longest_s=20)
    wait = back_off_s(policy, failures, one)
    assert 0.25 <= wait <= 20
    assert wait <= 2 * back_off_s(policy, failures, other)
    assert back_off_s(policy, failures + 1, one) >= wait


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.floats(0.1, 20), st.integers(1, 10))
def test_no_stretch_of_time_sees_more_than_the_bucket_allows(gaps: list[float], rate: float, burst: int) -> None:
    bucket, now, used = TokenBucket(rate, burst), 0.0, []
    for gap in gaps:
        now += gap
        used.append(now + bucket.take(now))
    assert used == sorted(used)
    for first in range(len(used)):
        for last in range(first, len(used)):
            assert last - first + 1 <= burst + rate * (used[last] - used[first]) + 1e-6


@given(st.floats(0.1, 20), st.integers(1, 10))
def test_a_full_bucket_lets_its_burst_through_at_once_and_then_its_rate(rate: float, burst: int) -> None:
    bucket = TokenBucket(rate, burst)
    assert [bucket.take(7.0) for _ in range(burst)] == [0.0] * burst
    assert bucket.take(7.0) == pytest.approx(1 / rate)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_bucket_that_lets_nothing_through_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="rate above 0"):
        TokenBucket(rate, burst)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 60.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 60.0),
        ("Wed, 21 Oct 2015 07:26:00 GMT", 0.0),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("nan", None),
        ("inf", None),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_the_time_to_wait_is_read_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    assert asked_wait_s(header, now=1445412420.0) == seconds


def test_a_date_is_in_utc_wherever_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "XYZ-5")
        time.tzset()
        assert asked_wait_s("Wed, 21 Oct 2015 07:28:00 -0000", now=1445412420.0) == 60.0
    time.tzset()


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading(header: str) -> None:
    wait = asked_wait_s(header, now=0.0)
    assert wait is None or wait >= 0


def test_a_server_that_asks_to_wait_is_waited_for(tmp_path: Path) -> None:
    date = RawAnswer(status=503, headers={"Retry-After": formatdate(StoodStill().now + 20.0 + 7.0, usegmt=True)})
    script = Scripted(faults.too_many_requests(20), date, faults.server_error(), GOOD)
    with ScriptedServer(script) as server:
        at = desk(server, tmp_path, attempts=4)
        at.ask()
    first, second, third = at.time.waits
    assert 20 <= first <= 21
    assert 5 <= second <= 8
    assert third == pytest.approx(3.0)


def test_a_server_that_asks_for_too_long_is_not_waited_for(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(faults.too_many_requests(3600), GOOD)) as server:
        at = desk(server, tmp_path)
        with pytest.raises(ModelServerError, match="asks to wait 3600 s, longer than 120 s; resume later"):
            at.ask()
        assert (len(server.recording.chats), at.time.waits) == (1, [])


def test_requests_beyond_the_rate_wait_and_the_place_is_given_back() -> None:
    still = StoodStill()
    throttle = Throttle(rate_per_s=2, burst=1, together=1, clock=still.clock)

    async def turn(fails: bool) -> None:
        async with throttle.turn():
            assert not fails, "on purpose"

    async def all_turns() -> list[object]:
        return await asyncio.gather(*(turn(n % 2 == 0) for n in range(4)), return_exceptions=True)

    assert [type(each) for each in asyncio.run(all_turns())] == [AssertionError, type(None)] * 2
    assert still.waits == pytest.approx([0.5, 0.5, 0.5])
