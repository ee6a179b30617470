"""When a failed request is sent again and how long is waited before: our own policy, because the SDK's retries are not counted."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pydantic import Field

from ...memory.errors import ModelServerError
from ...memory.values import Value
from .server_faults import ServerFault

T = TypeVar("T")


@dataclass(frozen=True)
class Clock:
    """Time and chance; tests bring their own."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    """Seconds since 1970, to read dates with."""
    draw: Callable[[], float] = random.random
    """A number in [0, 1)."""


class RetryPolicy(Value):
    """How often and how patiently."""

    attempts: int = Field(default=5, ge=1)
    """Requests in all, the first included."""
    unanswered: int = Field(default=2, ge=1)
    """Requests in all whose time may run out: a local server works on at those it was left with, and each more makes it slower."""
    first_s: float = Field(default=1.0, gt=0)
    factor: float = Field(default=2.0, ge=1)
    longest_s: float = Field(default=30.0, gt=0)
    longest_asked_s: float = Field(default=120.0, ge=0)
    """The longest wait that a server may ask for; one that asks for more has failed for now."""


def back_off_s(policy: RetryPolicy, failures: int, draw: float) -> float:
    """Seconds to wait after so many failures: exponential, capped, and spread over its upper half so that clients part ways.

    Args:
        policy: How patiently.
        failures: At least 1.
        draw: A number in [0, 1).
    """
    # The exponent is bounded: nobody fails a thousand times, but floats overflow.
    full = min(policy.longest_s, policy.first_s * policy.factor ** min(failures - 1, 60))
    return full * (0.5 + 0.5 * draw)


def asked_wait_s(retry_after: str, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks to wait, from a number of seconds or an HTTP date (RFC 9110, 10.2.3).

    Args:
        retry_after: The header.
        now: Seconds since 1970.

    Returns:
        Never less than 0; None when the header says nothing that can be read.
    """
    text = retry_after.strip()
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    # HTTP dates are in UTC whether they say so or not.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now)


async def retried(send: Callable[[], Awaitable[T]], policy: RetryPolicy, clock: Clock, server: str) -> T:
    """What `send` gives, sent again while its failures may pass.

    Args:
        send: One request; raises `ServerFault`.
        policy: How often and how patiently.
        clock: Time and chance.
        server: What to call the server in an error.

    Raises:
        ServerFault: one that waiting does not mend.
        ModelServerError: the attempts are used up, or the server asks for too long a wait.
    """
    late = 0
    for failures in range(1, policy.attempts + 1):
        try:
            return await send()
        except ServerFault as fault:
            if not fault.passing:
                raise
            late += fault.late
            if failures == policy.attempts or late == policy.unanswered:
                raise ModelServerError(f"{server}: {fault.said}, {_times(failures)}; {fault.advice}") from None
            await clock.sleep(_wait_s(fault, failures, policy, clock, server))
    raise AssertionError("a policy has at least one attempt")


def _wait_s(fault: ServerFault, failures: int, policy: RetryPolicy, clock: Clock, server: str) -> float:
    own = back_off_s(policy, failures, clock.draw())
    asked = asked_wait_s(fault.retry_after, clock.wall())
    if asked is None:
        return own
    if asked > policy.longest_asked_s:
        raise ModelServerError(
            f"{server}: {fault.said}, and it asks to wait {asked:.0f} s, longer than {policy.longest_asked_s:.0f} s; resume later"
        )
    # Never earlier than asked, and not all at the same instant.
    return asked + 0.1 * own


def _times(attempts: int) -> str:
    return "once" if attempts == 1 else f"{attempts} times in a row"
