"""`viddiff history` and `viddiff taxonomy` as a user types them."""

from __future__ import annotations

import asyncio
import os
import re

import pytest
from kept_values import DAY, NOON, difference_report, finished, measured
from test_memory_contract import talk, thread
from test_own_taxonomies import NOD
from typer.testing import CliRunner

from viddiff.agent.cli import app
from viddiff.agent.command_history import size_of
from viddiff.memory.databases import open_memory
from viddiff.memory.errors import SettingsError
from viddiff.memory.history import comparison_of, recall, remember
from viddiff.memory.leftovers import outdated
from viddiff.memory.upkeep import Conversation


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VIDDIFF_DATABASE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def typed(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None:
        raise done.exception
    assert done.exit_code == 0
    return done.stdout


def fill(home) -> None:
    """Three conversations, three runs of 0, 10 and 20 days ago, two cache entries of 0 and 20 days ago, one comparison."""

    async def talk_and_remember():
        async with open_memory(home) as memory:
            for id_ in ("1", "2", "3"):
                for turn in range(3):
                    await talk(memory).ainvoke({"said": str(turn), "report": finished()}, thread(id_))
            await remember(memory.store, comparison_of(finished(), "Ann", NOON))

    asyncio.run(talk_and_remember())
    files = [(f"runs/{days:012x}/report.json", days) for days in (0, 10, 20)]
    files += [("cache/tracks/new.npz", 0), ("cache/tracks/old.npz", 20), ("runs/notes/mine.txt", 20)]
    for name, days in files:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1024)
        for part in (path, path.parent):
            os.utime(part, (part.stat().st_mtime - days * 86400,) * 2)


def left(home) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file() and "sqlite" not in path.name)


def conversations(home) -> list[str]:
    async def look():
        async with open_memory(home) as memory:
            assert len(await recall(memory.store)) == 1
            return [one.id for one in await memory.upkeep.conversations()]

    return asyncio.run(look())


def test_pruning_by_age_says_what_went(home):
    fill(home)
    said = typed("history", "prune", "--older-than", 5)
    assert "removed 0 conversations (0 bytes)\nremoved 2 runs (2.0 KiB)\nremoved 1 cache entry (1.0 KiB)\n" in said
    assert re.search(r"cut 3 kept conversations to their newest state \(\d+\.\d KiB\)", said)
    assert left(home) == ["cache/tracks/new.npz", "opening.lock", "runs/000000000000/report.json", "runs/notes/mine.txt"]
    assert conversations(home) == ["3", "2", "1"]


def test_pruning_by_number_keeps_the_newest(home):
    fill(home)
    said = typed("history", "prune", "--keep", 1)
    assert re.search(r"removed 2 conversations \(\d+\.\d KiB\)\nremoved 2 runs", said)
    assert "removed 0 cache entries" in said
    assert "runs/000000000000/report.json" in left(home)
    assert len(left(home)) == 5
    assert conversations(home) == ["3"]


def test_a_dry_run_removes_nothing(home):
    fill(home)
    before = left(home)
    said = typed("history", "prune", "--older-than", 0, "--keep", 1, "--dry-run")
    assert re.search(r"would remove 2 conversations .*\nwould remove 2 runs .*\nwould remove 2 cache entries", said)
    assert left(home) == before
    assert conversations(home) == ["3", "2", "1"]


def test_pruning_makes_the_file_smaller(home):
    fill(home)
    before = (home / "sessions.sqlite").stat().st_size
    typed("history", "prune", "--keep", 1)
    assert (home / "sessions.sqlite").stat().st_size < before / 2


@pytest.mark.parametrize("options", [[], ["--older-than", "-1"], ["--keep", "-1"], ["--older-than", "nan"]])
def test_pruning_asks_for_an_age_or_a_number(home, options):
    with pytest.raises(SettingsError, match=r"history prune: .*--older-than .*--keep"):
        typed("history", "prune", *options)


@pytest.mark.parametrize(
    ("days", "keep", "gone"), [(None, 2, [3, 9]), (5, 0, [9]), (5, 2, [9]), (2, 3, [9]), (0, 9, []), (None, 0, [1, 2, 3, 9])]
)
def test_what_is_outdated(days, keep, gone):
    things = [Conversation(id=str(age), when=NOON - age * DAY, bytes=1) for age in (3, 1, 9, 2)]
    found = outdated(things, None if days is None else NOON - days * DAY, keep)
    assert [int(one.id) for one in found] == gone


def test_the_list_shows_comparisons_and_changes(home):
    async def write():
        async with open_memory(home) as memory:
            for day, value in ((0, 90.0), (30, 99.0)):
                found = (difference_report("the squat is deeper", "b", measured(80.0, value)),)
                report = finished(found, id_=f"{day:012x}", b=f"day{day}")
                await remember(memory.store, comparison_of(report, "Ann", NOON + day * DAY, who="b"))

    assert typed("history", "list") == "nothing is remembered yet\n"
    asyncio.run(write())
    said = typed("history", "list", "--person", "ann", "--action", "squat")
    assert "day30.mp4 *" in said
    assert "1 differ, 0 same, 0 unknown" in said
    assert "  the squat is deeper: 90.0 -> 99.0 deg (+9.0 ± 2.0 in 30 days)\n" in said
    assert typed("history", "list", "--person", "Bo") == "nothing is remembered of that\n"


def test_taxonomies_are_added_shown_and_removed(home, tmp_path):
    file = tmp_path / "nod.yaml"
    file.write_text(NOD)
    assert "no taxonomies of your own" in typed("taxonomy", "list")
    added = typed("taxonomy", "add", file)
    assert added.startswith("added nod: nod, 3 stages, 3 differences\n  cannot be measured: “the smile is warmer” (")
    assert re.search(r"nod +nod +nod, nodding +3 +3", typed("taxonomy", "list"))
    file.write_text(typed("taxonomy", "show", "nod").replace("name: nod", "name: slow nod"))
    assert "added nod: slow nod" in typed("taxonomy", "add", file)
    assert typed("taxonomy", "remove", "nod") == "removed nod\n"
    assert "no taxonomies of your own" in typed("taxonomy", "list")
    for command in ("show", "remove"):
        with pytest.raises(SettingsError, match=r"taxonomy 'nod': .*viddiff taxonomy list"):
            typed("taxonomy", command, "nod")


def test_one_that_comes_with_viddiff_can_be_shown_and_replaced(home, tmp_path):
    (tmp_path / "squat.yaml").write_text(typed("taxonomy", "show", "air_squat"))
    assert "in place of the one that comes with viddiff" in typed("taxonomy", "add", tmp_path / "squat.yaml")


@pytest.mark.parametrize(("count", "said"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (3 * 2**20, "3.0 MiB")])
def test_sizes_are_told_in_words(count, said):
    assert size_of(count) == said
