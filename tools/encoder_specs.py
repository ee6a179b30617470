"""From `--encoder SPEC` to the encoders that it names, each of them one witness of where the stages are.

    pose                    the posture features of the body track
    open_clip[:MODEL]       one CLIP model (`open_clip_weights` says how models are named)
    own_clip                the small CLIP that comes along: a model of drawn figures, nothing is downloaded
    pose+open_clip[:MODEL]  both: each has its own index, and their calibrated log-probabilities are added
    pose+own_clip           likewise

Two encoders have no common space to be one encoder in: their vectors differ in length and meaning, and raw cosines of the two
must not be added. So there is a tuple.
"""

from __future__ import annotations

from importlib.resources import files

from ..memory.errors import SettingsError
from . import own_clip
from .encoders import FrameEncoder, PoseEncoder
from .open_clip_encoder import OpenClipEncoder
from .open_clip_weights import GRAMMAR

OWN_FPS = 15.0
"""Frames per second that our own CLIP looks at: a frame costs it a hundredth of what it costs a usual one."""


def encoders_from_spec(spec: str) -> tuple[FrameEncoder, ...]:
    """The encoders named by a specification, the pose encoder first; nothing is loaded yet.

    Raises:
        SettingsError: it follows none of the forms above.
    """
    text = spec.strip()
    if text == "pose":
        return (PoseEncoder(),)
    if text.startswith("pose+"):
        return PoseEncoder(), _clip(spec, text.removeprefix("pose+"))
    return (_clip(spec, text),)


def _clip(spec: str, text: str) -> OpenClipEncoder:
    if text == "own_clip":
        return OpenClipEncoder(f"local-dir:{files(own_clip)}", fps=OWN_FPS)
    kind, colon, model = text.partition(":")
    if kind != "open_clip" or (colon and not model):
        raise SettingsError(f"encoder {spec!r} is not known; expected pose, own_clip, {GRAMMAR}, or pose+... for both")
    return OpenClipEncoder(model)
