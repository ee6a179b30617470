"""What `--encoder` understands, and how little it costs to understand it."""

import subprocess
import sys
from pathlib import Path

import pytest

from viddiff.memory.errors import SettingsError
from viddiff.tools.encoder_specs import encoders_from_spec

LIGHT = """
import sys
from viddiff.tools.encoder_specs import encoders_from_spec
encoders_from_spec("pose+open_clip:ViT-B-32/laion2b_s34b_b79k")
encoders_from_spec("own_clip")
print(sorted({"torch", "torchvision", "open_clip", "huggingface_hub", "faiss"} & set(sys.modules)))
"""


def test_one_encoder_or_two_witnesses(tiny_folder: Path) -> None:
    tiny = f"open_clip:local-dir:{tiny_folder}"
    assert [encoder.name for encoder in encoders_from_spec("pose")] == ["pose-1"]
    assert [encoder.name[:9] for encoder in encoders_from_spec(tiny)] == ["open_clip"]
    pose, clip = encoders_from_spec(f" pose+{tiny} ")
    assert (pose.name, clip.name) == ("pose-1", encoders_from_spec(tiny)[0].name)
    assert [type(encoder).__name__ for encoder in encoders_from_spec("open_clip")] == ["OpenClipEncoder"]


def test_our_own_clip_comes_along_and_needs_no_hub() -> None:
    own, (pose, clip) = encoders_from_spec("own_clip"), encoders_from_spec("pose+own_clip")
    assert [encoder.name[:20] for encoder in own] == ["open_clip:local-dir/"]
    assert (pose.name, clip.name) == ("pose-1", own[0].name)


def test_a_plus_in_a_path_is_part_of_the_path() -> None:
    assert len(encoders_from_spec("open_clip:ViT-B-32//models/a+b.pt")) == 1
    assert len(encoders_from_spec("pose+open_clip:ViT-B-32//models/a+b.pt")) == 2


@pytest.mark.parametrize(
    "spec", ["", "clip", "pose+", "pose+pose", "own_clip:x", "open_clip:", "open_clip+pose", "pose:x", "open_clip:ViT-B-32"]
)
def test_anything_else_is_refused_in_one_line(spec: str) -> None:
    with pytest.raises(SettingsError, match="open_clip:ARCHITECTURE/TAG") as error:
        encoders_from_spec(spec)
    assert "\n" not in str(error.value)


def test_naming_encoders_imports_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
