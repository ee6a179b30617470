"""One row of VidDiffBench: a pair of videos with its labelled differences, read from the form in which it is published."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ValidationError

from ...memory.errors import SettingsError
from ...memory.values import Value

Setting = Literal["closed", "open"]
SPLITS = ("easy", "medium", "hard")
_JSON_FIELDS = ("videos", "differences_annotated", "differences_gt", "retrieval_frames")
_PER_DIFFERENCE = 1.5
"""How many differences the open setting allows per labelled one (section 3.2 of the paper)."""


class BenchVideo(Value):
    """One video as the row names it."""

    path: str
    """A video file or a folder of images, relative to where the videos were unpacked."""
    fps_original: float
    frames_trim: tuple[int | None, ...] = ()
    """Arguments of a slice over the frames; empty for all of them."""

    @property
    def trim(self) -> slice:
        """Which frames belong to the action."""
        return slice(*self.frames_trim) if self.frames_trim else slice(None)


class BenchDifference(Value):
    """One difference of the action's taxonomy, with its label for this pair."""

    key: str
    name: str
    description: str
    query_string: str = ""
    num_frames: str = ""
    truth: Literal["a", "b", "c"]
    """`c` where the difference is negligible."""

    @property
    def counts(self) -> bool:
        """Whether the paper's metrics count it."""
        return self.truth != "c"


class BenchRow(Value):
    """One pair of videos."""

    sample_key: str
    action: str
    action_name: str
    action_description: str
    split: str
    domain: str
    source_dataset: str
    sample_hash: int
    videos: tuple[BenchVideo, BenchVideo]
    differences: tuple[BenchDifference, ...]
    """Those with a label, in the order of their numbers."""
    retrieval_frames: Mapping[str, Any]
    """Annotated key frames as published, where present."""
    n_differences: int
    """How many differences may be named in the open setting."""

    @property
    def counted(self) -> tuple[BenchDifference, ...]:
        """The differences with an `a` or a `b`: those that the closed setting asks about, and all that is scored."""
        return tuple(d for d in self.differences if d.counts)


def row_of(raw: Mapping[str, Any], where: str) -> BenchRow:
    """A row from its published fields; those that are JSON strings may also be given already parsed.

    Args:
        raw: The fields; what is not known (the thumbnails) is left alone.
        where: What to call the row in an error.

    Raises:
        SettingsError: A field is missing or not of the published form.
    """
    fields = {**raw, **{name: _parsed(raw.get(name), f"{where}, field {name!r}") for name in _JSON_FIELDS}}
    try:
        differences = _differences(fields["differences_annotated"], fields["differences_gt"])
        videos = [BenchVideo(**{n: v[n] for n in BenchVideo.model_fields if v.get(n) is not None}) for v in fields["videos"]]
        plain = {
            name: fields[name] for name in BenchRow.model_fields if name in raw and name not in ("videos", "retrieval_frames")
        }
        return BenchRow.model_validate(
            {
                **plain,
                "videos": videos,
                "differences": differences,
                "retrieval_frames": fields["retrieval_frames"] or {},
                "n_differences": raw.get("n_differences_open_prediction") or math.ceil(_PER_DIFFERENCE * len(differences)),
            }
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SettingsError(
            f"{where} is not of VidDiffBench's form: {_said(error)}; take the data as they are published"
        ) from None


def _parsed(value: Any, where: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise SettingsError(f"{where} holds no JSON ({error}); take the data as they are published") from None


def _differences(annotated: Mapping[str, Any], truths: Mapping[str, Any]) -> tuple[BenchDifference, ...]:
    labelled = sorted((key for key, truth in truths.items() if truth is not None), key=int)
    return tuple(
        BenchDifference(
            key=key,
            truth=truths[key],
            **{n: str(annotated[key][n]) for n in ("name", "description", "query_string", "num_frames") if n in annotated[key]},
        )
        for key in labelled
    )


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"no {error}" if isinstance(error, KeyError) else str(error)
