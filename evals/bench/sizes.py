"""How much work the bench does."""

from __future__ import annotations

from ...memory.values import Value


class Sizes(Value):
    """In full unless said otherwise."""

    film: tuple[int, int, float] = (1920, 1080, 10.0)
    """Width, height and seconds of the film that is decoded."""
    long_film: tuple[int, int, float] = (1280, 720, 60.0)
    fps: float = 30.0
    """Of the drawn clips."""
    clip_s: float = 10.0
    """Of the clips that are tracked."""
    sampled: int = 16
    """Drawn clips that are tracked adaptively."""
    compared: tuple[int, float] = (1080, 10.0)
    """Height and seconds of the two clips that are compared."""
    lengths_s: tuple[float, ...] = (60.0, 200.0, 600.0)
    """Of the clips that show how time and memory grow."""
    long_fps: float = 10.0
    """Of these clips, which are long enough to show growth at any rate."""
    clip_models: tuple[tuple[str, int], ...] = (("ViT-B-32", 48), ("ViT-S-32", 160))
    """Architecture, and frames that are embedded."""
    stages: tuple[tuple[int, int, int], ...] = ((5, 80, 100), (8, 1000, 10), (10, 10_000, 2))
    """Stages, frames, calls."""
    long_path: tuple[int, int] = (20, 100_000)
    calls: int = 50
    """Searches of an index in one round."""
    archive: int = 1_000_000
    """Vectors in the archive."""
    statements: int = 6
    """Asked of the drawn clips."""
    asked: tuple[int, ...] = (12, 24)
    """Statements that a slow server is asked about."""


QUICK = Sizes(
    film=(320, 180, 1.0),
    long_film=(320, 180, 1.0),
    fps=6.0,
    clip_s=2.0,
    sampled=1,
    compared=(360, 2.0),
    lengths_s=(),
    clip_models=(),
    stages=((5, 80, 2),),
    long_path=(3, 200),
    calls=2,
    archive=3000,
    statements=1,
    asked=(1,),
)
