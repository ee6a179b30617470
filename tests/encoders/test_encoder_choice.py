"""Which encoders a run ends up with, and when that is settled."""

from __future__ import annotations

from typing import cast

import pytest

from viddiff.memory.errors import SettingsError, SetupError, VidDiffError
from viddiff.tools.encoder_choice import Encoders, names_of
from viddiff.tools.encoders import FrameEncoder, PoseEncoder


class Clip:
    """As much of an encoder as is asked before it looks at anything."""

    name = "clip"

    def __init__(self, missing: VidDiffError | None = None, broken: VidDiffError | None = None) -> None:
        self._missing, self._broken = missing, broken
        self.loads = 0

    def begin(self) -> None:
        if self._missing:
            raise self._missing

    def load(self) -> None:
        self.loads += 1
        if self._broken:
            raise self._broken


def wanted(clip: Clip) -> tuple[FrameEncoder, ...]:
    return PoseEncoder(), cast(FrameEncoder, clip)


def test_those_wanted_are_loaded_by_the_first_look_at_them() -> None:
    clip = Clip()
    encoders = Encoders(wanted(clip), [PoseEncoder()])
    encoders.begin()
    assert (names_of(encoders.begun), clip.loads) == ("pose-1 + clip", 0)
    assert [names_of(encoders), names_of(encoders)] == ["pose-1 + clip"] * 2
    assert (encoders.problem, clip.loads) == ("", 1)


@pytest.mark.parametrize("clip", [Clip(missing=SetupError("nowhere")), Clip(broken=SettingsError("nowhere"))])
def test_others_stand_in_for_what_is_missing_or_broken(clip: Clip) -> None:
    encoders = Encoders(wanted(clip), [PoseEncoder()])
    encoders.begin()
    assert [names_of(encoders), names_of(encoders)] == ["pose-1"] * 2
    assert encoders.problem == "nowhere"
    assert clip.loads <= 1


def test_with_nothing_in_their_stead_what_is_missing_is_an_error_and_nothing_is_waited_for() -> None:
    with pytest.raises(SetupError, match="nowhere"):
        Encoders(wanted(Clip(missing=SetupError("nowhere")))).begin()
    broken = Clip(broken=SettingsError("broken"))
    encoders = Encoders(wanted(broken))
    encoders.begin()
    assert (names_of(encoders), broken.loads, encoders.problem) == ("pose-1 + clip", 0, "")
