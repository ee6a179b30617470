"""Every dependency stands in the list of licences, and what pip-audit says is read rightly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from viddiff.evals.audit import verdict
from viddiff.evals.licences import HEAD, dependencies, licence_of, page

LISTED = Path(__file__).parents[2] / "docs" / "licences.md"
ROW = re.compile(r"^\| ([\w.-]+) \| (.+) \| (.+) \|$", re.MULTILINE)


def test_the_list_of_licences_names_every_dependency() -> None:
    written = {
        (name, needed)
        for name, licence, needed in ROW.findall(LISTED.read_text(encoding="utf-8"))
        if name not in ("package", "---")
    }
    assert written == {(one.name, one.needed_for) for one in dependencies()}
    assert "not said" not in LISTED.read_text(encoding="utf-8")
    assert page().startswith(HEAD)


def test_a_licence_is_what_the_package_says() -> None:
    assert licence_of("pydantic") == "MIT"
    assert licence_of("no-such-package-anywhere") == "not installed"


@pytest.mark.parametrize(
    ("listed", "status", "said"),
    [
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "?"}],
            0,
            "no known weakness in 1 packages (1 could",
        ),
        ([{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}], 1, "a 1: PYSEC-1"),
        ([{"name": "a", "skip_reason": "not found"}], 0, "skipped: no package could be looked up"),
    ],
)
def test_weaknesses_are_told_and_silence_is_no_good_news(listed: list[dict], status: int, said: str) -> None:
    found = verdict(json.dumps({"dependencies": listed}))
    assert (found[0], found[1].startswith(said)) == (status, True)
    assert verdict("no network")[1].startswith("skipped: pip-audit gave no list")
