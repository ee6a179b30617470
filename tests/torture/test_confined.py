"""The child under limits: what goes wrong in it is a result, and the next call finds a child again."""

from __future__ import annotations

import os
import signal
import time

import pytest

from viddiff.evals.torture.confined import Confined


@pytest.fixture(scope="module")
def child():
    with Confined(2**30) as confined:
        yield confined


def test_a_value_comes_back_with_the_memory_it_took(child: Confined) -> None:
    ran = child.call(bytes.__len__, b"abc", limit_s=30)
    assert (ran.end, ran.value) == ("done", 3)
    assert ran.peak_bytes > 2**20


def test_an_error_comes_back_in_words(child: Confined) -> None:
    ran = child.call(int, "no number", limit_s=30)
    assert ran.end == "raised"
    assert ran.value.startswith("ValueError: ")


def test_a_crash_a_hang_and_too_much_memory_end_the_call_and_nothing_else(child: Confined) -> None:
    crashed = child.call(signal.raise_signal, signal.SIGSEGV, limit_s=30)
    assert (crashed.end, crashed.value) == ("crashed", f"the process ended with {-signal.SIGSEGV}")
    child.call(os.getpid, limit_s=30)
    assert child.call(time.sleep, 60, limit_s=0.2).end == "hung"
    assert child.call(bytearray, 2**31, limit_s=30).value.startswith("MemoryError")
    assert child.call(len, "abc", limit_s=30).value == 3
