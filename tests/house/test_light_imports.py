"""Importing is cheap: nothing heavy comes in before it is used. Looked at in fresh interpreters."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from house_plan import source_files

HEAVY = ["av", "cv2", "faiss", "mediapipe", "moviepy", "open_clip", "torch"]
FRONT = [*HEAVY, "langchain", "langchain_core", "langgraph", "numpy", "openai", "pydantic", "rich", "typer"]

THE_FRONT_DOOR = """
import contextlib, io, json, sys
seen = {}
import viddiff
seen["import"] = sorted(sys.modules)
from viddiff.__main__ import main
for option in ("--version", "--help"):
    sys.argv = ["viddiff", option]
    said = io.StringIO()
    seen[option + " status"] = 0
    try:
        with contextlib.redirect_stdout(said):
            main()
    except SystemExit as left:
        seen[option + " status"] = left.code
    seen[option + " said"] = said.getvalue()
    seen[option] = sorted(sys.modules)
print(json.dumps(seen))
"""

EVERY_ROOM = """
import importlib, json, pkgutil, sys, viddiff
names = []
for room in ("agent", "evals", "memory", "prompts", "tools"):
    package = importlib.import_module("viddiff." + room)
    names += [package.__name__, *(m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + "."))]
for name in names:
    importlib.import_module(name)
print(json.dumps({"names": names, "modules": sorted(sys.modules)}))
"""


def _fresh(code: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_front_door_the_version_and_the_help_are_light(tmp_path: Path) -> None:
    seen = _fresh(THE_FRONT_DOOR, tmp_path)
    assert {what: set(FRONT) & set(seen[what]) for what in ("import", "--version", "--help")} == {
        "import": set(),
        "--version": set(),
        "--help": set(),
    }
    assert seen["--version status"] == seen["--help status"] == 0
    assert seen["--version said"].startswith("viddiff ")
    assert "compare" in seen["--help said"]


def test_importing_every_module_brings_in_nothing_heavy(tmp_path: Path) -> None:
    seen = _fresh(EVERY_ROOM, tmp_path)
    assert len(seen["names"]) == len([path for path in source_files() if path.parent.name != "viddiff"])
    assert set(HEAVY) & set(seen["modules"]) == set()
