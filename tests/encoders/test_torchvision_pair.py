"""torchvision beside a torch it was not built for, and beside one that it was; in fresh interpreters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

THE_REAL_ONE = """
import json, sys, warnings
warnings.simplefilter("error")
import torch.library
before = torch.library.register_fake
from viddiff.tools.torchvision_pair import load_torchvision
torchvision = load_torchvision()
assert torch.library.register_fake is before
assert load_torchvision() is torchvision
import open_clip
from torchvision.transforms import CenterCrop
print(json.dumps([len(open_clip.list_models()) > 10, list(CenterCrop(4)(torch.zeros(3, 8, 8)).shape)]))
"""

A_TORCHVISION = """
import torch
from torch.library import Library
MATCHING = {matching}
lib = Library("torchvision", "DEF")
lib.define("other(Tensor x) -> Tensor")
if MATCHING:
    lib.define("nms(Tensor x) -> Tensor")
@torch.library.register_fake("{namespace}::nms")
def meta_nms(x):
    return x.new_empty((7,))
def meta_other(x):
    return x.new_empty((5,))
torch.library.register_fake("torchvision::other", meta_other)
"""

LOADED = """
import json
from viddiff.memory.errors import SetupError
from viddiff.tools.torchvision_pair import load_torchvision
import torch
before = torch.library.register_fake
try:
    loaded = load_torchvision()
    shapes = [list(getattr(torch.ops.torchvision, name)(torch.zeros(3, device="meta")).shape)
              for name in ("nms", "other") if hasattr(torch.ops.torchvision, name)]
    print(json.dumps([shapes, loaded.meta_nms.__name__]))
except SetupError as error:
    print(json.dumps(str(error)))
assert torch.library.register_fake is before
"""


def _run(code: str, *path: Path) -> object:
    environment = os.environ | ({"PYTHONPATH": os.pathsep.join(map(str, path))} if path else {})
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_open_clip_can_be_imported_on_this_machine() -> None:
    assert _run(THE_REAL_ONE) == [True, [3, 4, 4]]


@pytest.mark.parametrize(
    ("matching", "namespace", "expected"),
    [
        (True, "torchvision", [[[7], [5]], "meta_nms"]),
        (False, "torchvision", [[[5]], "meta_nms"]),
    ],
)
def test_only_missing_operators_are_skipped(tmp_path: Path, matching: bool, namespace: str, expected: object) -> None:
    (tmp_path / "torchvision.py").write_text(A_TORCHVISION.format(matching=matching, namespace=namespace))
    assert _run(LOADED, tmp_path) == expected


def test_missing_operators_of_others_are_still_an_error(tmp_path: Path) -> None:
    (tmp_path / "torchvision.py").write_text(A_TORCHVISION.format(matching=True, namespace="elsewhere"))
    said = _run(LOADED, tmp_path)
    assert isinstance(said, str)
    assert said.startswith("torch and torchvision do not start together (operator elsewhere::nms does not exist)")
    assert "\n" not in said
