"""What langgraph.json names can be loaded and drawn, and runs from two paths to a report."""

from __future__ import annotations

import asyncio
import importlib
import json
from pathlib import Path

from viddiff import Report
from viddiff.agent.graph import build_graph

ROOT = Path(__file__).parents[2]


def named():
    module, attribute = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]["viddiff"].split(":")
    return getattr(importlib.import_module(module), attribute)()


def test_the_graph_it_names_is_ours_with_a_beginning():
    drawn, ours = named().get_graph(), build_graph().get_graph()
    assert set(drawn.nodes) == set(ours.nodes) | {"begin"}
    edges = {(edge.source, edge.target) for edge in drawn.edges}
    assert {(edge.source, edge.target) for edge in ours.edges} - {("__start__", "review")} <= edges
    assert {("__start__", "begin"), ("begin", "review")} <= edges
    assert "begin" in drawn.draw_mermaid()


def test_what_it_asks_for_are_plain_values():
    wanted, given = named().get_input_jsonschema(), named().get_output_jsonschema()
    assert set(wanted["properties"]) == {"video_a", "video_b", "action", "differences", "max_differences"}
    assert set(given["properties"]) == {"report"}


def test_it_runs_from_two_paths_to_a_report(made_once, tmp_path, monkeypatch):
    monkeypatch.setenv("VIDDIFF_HOME", str(made_once.tracks_in(tmp_path / "home")))
    for name in ("VIDDIFF_PLANNER", "VIDDIFF_VLM", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    pair = made_once.pair("squat", 3)
    given = {"video_a": str(pair.a.path), "video_b": str(pair.b.path), "action": "squat", "differences": ["the knees bend less"]}
    report = asyncio.run(named().ainvoke(given))["report"]
    assert isinstance(report, Report)
    assert [d.description for d in report.differences] == ["the knees bend less"]
    assert report.differences[0].answer in ("a", "b", "same", "unknown")
    assert report.differences[0].measurement is not None
