"""A small data set in exactly the published form, drawn, so that the way through the benchmark can be tried without its data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...tools import video
from ..drawn.pairs import DrawnPair, drawn_pair, write_pair
from ..drawn.statements import DrawnStatement

ROWS_FILE = "viddiffbench.jsonl"
_TRUTH = {"a": "a", "b": "b", "same": "c"}


def some_pairs(count: int, seed: int = 0) -> tuple[DrawnPair, ...]:
    """Pairs of easy and medium difficulty in turn."""
    return tuple(drawn_pair(seed + n, difficulty=("easy", "medium")[n % 2]) for n in range(count))


def write_synthetic(pairs: Sequence[DrawnPair], folder: Path) -> Path:
    """Draw the pairs and write their rows; every second pair has a folder of images and a trim, as some videos of the benchmark have.

    Returns:
        The JSONL file; paths in it are relative to its folder.
    """
    rows = [_row(pair, number, folder) for number, pair in enumerate(pairs)]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / ROWS_FILE
    target.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return target


def _row(pair: DrawnPair, number: int, folder: Path) -> dict[str, Any]:
    place = Path("videos_fitness") / f"drawn_{number}"
    written = write_pair(pair, folder / place)
    clips = [
        {"path": str(place / f"{side}.mp4"), "fps_original": clip.fps, "frames_trim": [0, None]}
        for side, clip in (("a", written.a), ("b", written.b))
    ]
    if number % 2:
        clips[0] |= {"path": str(_as_images(folder, place)), "frames_trim": [0, written.a.frames]}
        clips[1] |= {"frames_trim": [0, written.b.frames, None]}
    asked = {str(n): statement for n, statement in enumerate(pair.statements)}
    # The last of the taxonomy is not labelled for this pair.
    unlabelled = str(len(asked))
    return {
        "sample_key": f"{pair.action}_{number}",
        "action": pair.action,
        "action_name": pair.action.replace("_", " "),
        "action_description": pair.description,
        "split": pair.difficulty,
        "domain": "fitness",
        "source_dataset": "drawn",
        "sample_hash": pair.seed,
        "videos": json.dumps(clips),
        "differences_annotated": json.dumps({key: _annotated(s) for key, s in asked.items()} | {unlabelled: None}),
        "differences_gt": json.dumps({key: _TRUTH[s.answer] for key, s in asked.items()} | {unlabelled: None}),
        "retrieval_frames": json.dumps({}),
        "n_differences_open_prediction": math.ceil(1.5 * len(asked)),
        "vid0_thumbnail": None,
        "vid1_thumbnail": None,
    }


def _annotated(statement: DrawnStatement) -> dict[str, str]:
    frames = "1" if statement.phase != "whole" else "gt_1"
    text = statement.description
    return {"name": statement.parameter.replace("_", " "), "description": text, "query_string": text, "num_frames": frames}


def _as_images(folder: Path, place: Path) -> Path:
    """The first clip again as a folder of images."""
    from PIL import Image

    images = place / "a_images"
    (folder / images).mkdir(exist_ok=True)
    for batch in video.sample(folder / place / "a.mp4", None):
        for image, number in zip(batch.images, batch.frames.tolist(), strict=True):
            Image.fromarray(image).save(folder / images / f"{number:05d}.png")
    return images
