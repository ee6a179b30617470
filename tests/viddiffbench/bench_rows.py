"""Hand-made rows of the benchmark, in their published form and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from viddiff.evals.viddiffbench.predictions import Prediction
from viddiff.evals.viddiffbench.rows import BenchRow, row_of


def raw_row(key: str = "fitness_4_12", truths: Mapping[str, str | None] | None = None, **changes: Any) -> dict[str, Any]:
    """A published row; descriptions may be given by key in `texts`."""
    truths = {"0": "a", "1": "b", "2": "c", "3": None} if truths is None else truths
    texts = changes.pop("texts", {})
    annotated = {
        k: {"name": f"name {k}", "description": texts.get(k, f"statement {k}"), "query_string": "q", "num_frames": "1"}
        if truth
        else None
        for k, truth in truths.items()
    }
    videos = [{"path": f"videos_fitness/{key}_{n}.mp4", "fps_original": 8, "frames_trim": [0, None], "rank": n} for n in (0, 1)]
    fields = {
        "sample_key": key,
        "action": "fitness_4",
        "action_name": "squat knee raise",
        "action_description": "squat without weights, then knee raise on left side",
        "split": "easy",
        "domain": "fitness",
        "source_dataset": "humann",
        "sample_hash": 7,
        "videos": json.dumps(videos),
        "differences_annotated": json.dumps(annotated),
        "differences_gt": json.dumps(truths),
        "retrieval_frames": json.dumps({}),
        "n_differences_open_prediction": 5,
        "vid0_thumbnail": None,
        "vid1_thumbnail": None,
    }
    return fields | changes


def bench_row(key: str = "fitness_4_12", truths: Mapping[str, str | None] | None = None, **changes: Any) -> BenchRow:
    return row_of(raw_row(key, truths, **changes), key)


def letters(**by_key: str | None) -> dict[str, Prediction]:
    """Predictions from `k0="a"`."""
    return {key.removeprefix("k"): Prediction(letter=letter) for key, letter in by_key.items()}
