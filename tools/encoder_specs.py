"""From `--encoder SPEC` to the encoders that it names, each of them one witness of where the stages are.

    pose                    the posture features of the body track
    open_clip[:MODEL]       one CLIP model (`open_clip_weights` says how models are named)
    pose+open_clip[:MODEL]  both: each has its own index, and their calibrated log-probabilities are added

Two encoders have no common space to be one encoder in: their vectors differ in length and meaning, and raw cosines of the two
must not be added. So there is a tuple.
"""

from __future__ import annotations

from ..memory.errors import SettingsError
from .encoders import FrameEncoder, PoseEncoder
from .open_clip_encoder import OpenClipEncoder
from .open_clip_weights import GRAMMAR


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
    kind, colon, model = text.partition(":")
    if kind != "open_clip" or (colon and not model):
        raise SettingsError(f"encoder {spec!r} is not known; expected pose, {GRAMMAR}, or pose+open_clip:... for both")
    return OpenClipEncoder(model)
