"""Real footage, where it lies beside the checkout: what is promised equals a full decode."""

from pathlib import Path

import av
import numpy as np
import pytest

from viddiff.tools import video

CLIPS = Path(__file__).resolve().parents[2].parent / "shared" / "videos"


@pytest.mark.parametrize("name", ["squat_c.mp4", "golfswing.mp4", "jumpingjack_a.mp4"])
def test_frames_equal_a_full_decode(name: str) -> None:
    path = CLIPS / name
    if not path.exists():
        pytest.skip("real footage is not here: ../shared/videos")
    with av.open(str(path)) as container:
        decoded = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    info = video.probe(path)
    assert info.frames == len(decoded)
    times = np.array([time for time, _ in decoded])
    batches = list(video.sample(path, 8))
    frames = np.concatenate([batch.frames for batch in batches])
    assert np.concatenate([batch.times_s for batch in batches]) == pytest.approx(times[frames] - times[0])
    assert all(
        np.array_equal(image, decoded[i][1]) for batch in batches for i, image in zip(batch.frames, batch.images, strict=True)
    )
    middle = video.frame_at(path, info.duration_s / 2)
    assert np.array_equal(middle.image, decoded[middle.frame][1])
