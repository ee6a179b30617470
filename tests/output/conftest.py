"""Fixtures of the output tests."""

import pytest
from fake_report import fake_report

from viddiff.memory.report import Report


@pytest.fixture
def report() -> Report:
    return fake_report()
