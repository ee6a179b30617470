"""The user's own actions: read from a file, kept, shown again, and preferred to those that come with viddiff."""

from __future__ import annotations

import asyncio

import pytest
from kept_values import NOON
from word_lists import library

from viddiff.agent.own_actions import LARGEST_FILE, as_yaml, keep_own_action, not_measurable, own_actions, read_taxonomy
from viddiff.memory.errors import SettingsError
from viddiff.memory.taxonomies import drop_taxonomy, keep_taxonomy
from viddiff.tools.actions import ActionLibrary
from viddiff.tools.statement import StatementReader

NOD = """
actions:
  nod:
    name: nod
    aliases: [nod, nodding]
    peak_stage: down
    stages:
      up: &up {description: The head is up., phases: [start], retrieval: [head up]}
      down: {description: The head is down., phases: [peak], retrieval: [head down]}
      up again: {<<: *up, phases: [end]}
    differences:
      depth: {statement: the gaze is more down, stages: [down], wording: a deeper bow of the head}
      speed: {statement: the motion is faster, importance: 0.7}
      charm: {statement: the smile is warmer}
"""
BUILT_IN = library()


@pytest.fixture
def nod_file(tmp_path):
    path = tmp_path / "nod.yaml"
    path.write_text(NOD, encoding="utf-8")
    return path


def test_a_file_is_read_like_the_librarys(nod_file):
    (nod,) = read_taxonomy(nod_file)
    assert (nod.key, nod.family) == ("nod", "own")
    assert [stage.name for stage in nod.stages] == ["up", "down", "up again"]
    assert [d.frames for d in nod.differences] == ["one", "many", "many"]
    assert nod.differences[0].wording == "a deeper bow of the head"


def test_what_is_shown_can_be_added(tmp_path):
    for action in BUILT_IN.actions:
        if action.key == "general":
            continue
        path = tmp_path / f"{action.key}.yaml"
        path.write_text(as_yaml(action), encoding="utf-8")
        assert read_taxonomy(path) == (action,)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    name: nod\n", "", r"actions\.nod\.name: expected this key, which is missing"),
        ("importance: 0.7", "importanse: 0.7", r"actions\.nod\.differences\.speed\.importanse: there is no such key"),
        ("importance: 0.7", "importance: 7", r"differences\.speed\.importance: expected less than or equal to 1, got 7"),
        ("phases: [peak]", "phases: [middle]", r"actions\.nod\.stages\.down\.phases\.0: expected 'whole', .*got 'middle'"),
        ("stages: [down]", "stages: [sideways]", r"unknown stages \['sideways'\], expected some of \['up'"),
        ("stages: [down]", "stages: down", r"differences\.depth\.stages: expected a list of stages' names, got 'down'"),
        ("retrieval: [head down]", "retrieval: head", r"stages\.down\.retrieval: expected a list, got 'head'"),
        ("aliases: [nod, nodding]", "aliases: []", r"actions\.nod\.aliases: expected at least 1 item"),
        ("      up again: {<<: *up, phases: [end]}\n", "", r"actions\.nod\.stages: expected at least 3 items"),
        ("{statement: the smile is warmer}", "the smile is warmer", r"differences\.charm: expected a mapping"),
        ("{statement: the smile is warmer}", "{statement: 3}", r"charm\.statement: expected string, got 3"),
        (
            "    stages:\n",
            "    stages: none\n    other:\n",
            r"actions\.nod\.stages: expected a mapping of stages by name, got 'none'",
        ),
        ("  nod:\n", "  Nod it:\n", r"key 'Nod it': expected lower-case letters"),
        ("  nod:\n", "  general:\n", r"actions\.general: expected another key"),
        ("actions:", "acts:", r"the file: expected the keys 'actions', .*got \['acts'\]"),
        ("actions:", "family: 3\nactions:", r"family: expected a text, got 3"),
        (NOD, "", r"the file: expected a mapping with the key 'actions', got nothing"),
        (NOD, "- 1", r"the file: expected a mapping"),
        (NOD, "family: mine", r"actions: expected a mapping of actions by key, got nothing"),
        (NOD, "actions: {nod: 3}", r"actions\.nod: expected a mapping, got 3"),
        ("[nod, nodding]", "[nod, nodding", "is not YAML"),
        ("[nod, nodding]", "!!python/object/apply:os.getcwd []", "is not YAML"),
        ("nodding", "x" * LARGEST_FILE, "is larger than 256 KiB"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(nod_file, old, new, said):
    assert old in NOD
    nod_file.write_text(NOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"nod\.yaml: .*{said}|nod\.yaml: {said}|nod\.yaml: {said}") as raised:
        read_taxonomy(nod_file)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.yaml: cannot be read \(No such file"):
        read_taxonomy(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: Übung".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"latin\.yaml: is not YAML"):
        read_taxonomy(tmp_path / "latin.yaml")


def test_statements_that_need_eyes_are_named_with_the_reason(nod_file):
    (nod,) = read_taxonomy(nod_file)
    assert list(not_measurable(nod, StatementReader())) == ["the smile is warmer"]
    assert all(not_measurable(nod, StatementReader()).values())


def test_they_are_kept_replaced_and_removed(place, nod_file):
    (nod,) = read_taxonomy(nod_file)
    other = nod.model_copy(update={"key": "bow", "name": "bow"})

    async def both():
        async with place() as memory:
            for action in (nod, other, nod.model_copy(update={"name": "deep nod"})):
                await keep_own_action(memory.store, action)
        async with place() as memory:
            found = await own_actions(memory.store)
            dropped = [await drop_taxonomy(memory.store, "bow") for _ in range(2)]
            return found, dropped, await own_actions(memory.store)

    found, dropped, left = asyncio.run(both())
    assert found == (other, nod.model_copy(update={"name": "deep nod"}))
    assert (dropped, left) == ([True, False], found[1:])


def test_one_that_another_version_kept_is_named(place):
    async def both():
        async with place() as memory:
            await keep_taxonomy(memory.store, "old", {"key": "old"}, NOON)
            await own_actions(memory.store)

    with pytest.raises(SettingsError, match=r"taxonomy 'old' cannot be read any more .*viddiff taxonomy remove old"):
        asyncio.run(both())


def test_own_actions_win_over_those_of_the_same_name(nod_file):
    (nod,) = read_taxonomy(nod_file)
    own = nod.model_copy(update={"key": "air_squat", "name": "my squat", "aliases": ("squat",)})
    named = nod.model_copy(update={"key": "mine", "name": BUILT_IN.get("deadlift").name, "aliases": ("my lunge",)})
    library = ActionLibrary.load(own=(own, named))
    assert library.get("air_squat") is own
    assert [action.key for action in library.actions if action.name == named.name] == ["mine"]
    found = library.match("a squat")
    assert found is not None
    assert found.action is own
    assert len(library.actions) == len(BUILT_IN.actions)
    assert ActionLibrary.load(own=(nod,)).actions[1:] == BUILT_IN.actions
