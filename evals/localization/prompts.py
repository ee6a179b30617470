"""The encoders that are compared, and the prompts they are given: controls are the untrained model and another action's prompts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...memory.state import Plan
from ...tools import own_clip
from ...tools.actions import ActionLibrary
from ...tools.encoder_specs import OWN_FPS, encoders_from_spec
from ...tools.encoders import FrameEncoder
from ...tools.open_clip_encoder import OpenClipEncoder
from ...tools.open_clip_weights import MERGES_FILE
from ..drawn.actions import ACTIONS

UNTRAINED, WRONG = "untrained own_clip", "own_clip, wrong prompts"
CONTROLS = frozenset({UNTRAINED, WRONG})
USUAL: tuple[str, ...] = ("pose", "own_clip", "pose+own_clip", UNTRAINED, WRONG)
"""Encoders of the table, by their names in it; the first three are specs of `--encoder`."""


class Prompted(NamedTuple):
    """One row group of the table."""

    name: str
    encoders: tuple[FrameEncoder, ...]
    wrong: bool = False
    """Whether it is given another action's prompts."""

    def asked(self, plan: Plan, action: str, library: ActionLibrary) -> Plan:
        """The plan with the prompts that it is given."""
        return misprompted(plan, action, library) if self.wrong else plan


def prompted(names: Sequence[str], folder: Path) -> list[Prompted]:
    """The encoders of these names, made once; the untrained model is written to the folder."""
    made: dict[str, tuple[FrameEncoder, ...]] = {}
    for name in names:
        if name == UNTRAINED:
            made[name] = (untrained(folder / "untrained"),)
        elif name == WRONG:
            made[name] = made.get("own_clip") or encoders_from_spec("own_clip")
        else:
            made[name] = encoders_from_spec(name)
    return [Prompted(name, encoders, wrong=name == WRONG) for name, encoders in made.items()]


def untrained(folder: Path, seed: int = 0) -> OpenClipEncoder:
    """Our own CLIP before it has learned anything."""
    import torch

    from ..own_clip.model import new_model, save
    from ..own_clip.vocabulary import count_tokens

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(str(files(own_clip))) / MERGES_FILE, folder / MERGES_FILE)
    tokens = count_tokens(folder / MERGES_FILE)
    torch.manual_seed(seed)
    save(new_model(tokens), tokens, torch.ones(tokens, dtype=torch.bool), folder)
    return OpenClipEncoder(f"local-dir:{folder}", fps=OWN_FPS)


def misprompted(plan: Plan, action: str, library: ActionLibrary) -> Plan:
    """The plan with the retrieval sentences of the drawn action half a list further on, stage by stage."""
    names = list(ACTIONS)
    other = ACTIONS[names[(names.index(action) + len(names) // 2) % len(names)]]
    found = library.match(other.description)
    assert found is not None
    theirs = found.action.stages
    rows = np.round(np.linspace(0, len(theirs) - 1, len(plan.stages))).astype(int)
    stages = [s.model_copy(update={"retrieval": theirs[k].retrieval}) for s, k in zip(plan.stages, rows, strict=True)]
    return plan.model_copy(update={"stages": tuple(stages)})
