"""The CLIP encoder: frames and texts through one open_clip model, on the best device there is."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..memory.errors import SettingsError, SetupError, VidDiffError
from .encoders import ClipFrames, EncodedFrames
from .open_clip_device import best_device, fast_in_half
from .open_clip_pixels import PixelRecipe, ResizeMode
from .open_clip_weights import (
    ClipSpec,
    LocatedWeights,
    check_architecture,
    check_within_reach,
    first_line,
    load_open_clip,
    locate,
    parse_clip_spec,
)

if TYPE_CHECKING:
    import torch

CPU_MODEL = "ViT-B-32/laion2b_s34b_b79k"
"""8.8 GFLOP a frame: 14 to 25 frames/s on two cores, where ViT-B-16 does a quarter of that."""
GPU_MODEL = "ViT-L-14/laion2b_s32b_b82k"
"""The largest that fits beside other work on an 8 GB card (1.7 GB to download, 2.4 GiB in use) and is trained on the same data.
The paper's ViT-bigG-14/laion2b_s39b_b160k is 10 GB, 11 GiB in use and 967 GFLOP a frame: by name only."""

FPS = 8.0
"""Frames per second that are looked at: the paper's rate, for a frame costs more here than in the pose model."""
DECODED_SIDE = 2
"""Frames are decoded at this many times the model's image size. The decoder scales bilinearly to even sizes: straight to the
model's size this moves embeddings by up to half of what tells the frames of a clip apart, at twice the size by a fifth."""
BATCH = {"cpu": 16, "mps": 32, "cuda": 64}
TEXT_BATCH = 64
VERSION = "clip-2"
"""Changes whenever the same pixels and weights would give other vectors."""

TEMPLATES = ("{}", "a photo of a person, {}", "a video frame of a person: {}")
"""Ways to put a retrieval sentence; their embeddings are averaged (prompt ensembles, Radford et al. 2021, section 3.1.4)."""


@dataclass(frozen=True)
class _Loaded:
    """A model in memory."""

    model: Any
    tokenizer: Any
    recipe: PixelRecipe
    device: str
    half: bool
    width: int

    def embed(self, encode: str, inputs: torch.Tensor) -> np.ndarray:
        """(N, D) float32 unit vectors of a batch of images or tokens, by the model's method `encode`."""
        import torch

        with torch.inference_mode(), torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.half):
            features = getattr(self.model, encode)(inputs.to(self.device)).float()
            return torch.nn.functional.normalize(features, dim=-1).cpu().numpy()


class OpenClipEncoder:
    """Any open_clip model; see `open_clip_weights` for how one is named.

    Nothing is loaded before it is needed; `load` does so at once, to learn early whether it can be.
    """

    def __init__(
        self,
        model: str = "",
        *,
        device: str | None = None,
        batch: int | None = None,
        fps: float = FPS,
        templates: Sequence[str] = TEMPLATES,
        resize_mode: ResizeMode | None = None,
    ) -> None:
        """Choose a model.

        Args:
            model: What follows `open_clip:`; empty for the default of the device.
            device: `cuda`, `mps` or `cpu`; None for the first of these that there is.
            batch: Frames per pass; None for what suits the device.
            fps: Frames per second to look at, at most.
            templates: Every text is put into each, at `{}`.
            resize_mode: How frames are brought to the model's shape, against what the model says; `longest` shows a person who
                fills a portrait frame from head to feet, which `shortest` cuts off.

        Raises:
            SettingsError: `model` follows none of the forms in `open_clip_weights`.
        """
        self._spec = parse_clip_spec(model) if model else None
        self._device = device
        self._batch = batch
        self.fps = fps
        self._templates = tuple(templates)
        self._resize_mode: ResizeMode | None = resize_mode
        self._weights: LocatedWeights | None = None
        self._loaded: _Loaded | None = None
        self._texts: dict[str, np.ndarray] = {}
        self._locating, self._loading = threading.Lock(), threading.Lock()

    @property
    def name(self) -> str:
        """Model, tag or digest of the checkpoint, and preprocessing: what the frame vectors depend on."""
        return f"open_clip:{self._located().fingerprint}:{self._resize_mode or 'own'}:{VERSION}"

    @property
    def short_side(self) -> int:
        """Pixels on the shorter side at which frames should be decoded."""
        return DECODED_SIDE * max(self._ready().recipe.size)

    def begin(self) -> None:
        """Start to bring the model into memory beside other work: importing torch takes seconds, in which clips can be looked at.

        Raises:
            SettingsError: there is no such file or folder.
            SetupError: the weights are not here and cannot be fetched. What else is wrong with them shows when they are used.
        """
        self._located()
        # The interpreter waits for it when it ends: a library that is cut off while it loads crashes.
        threading.Thread(target=self._load_quietly, name="viddiff-clip").start()

    def load(self) -> None:
        """Bring the model into memory, once, to learn whether it can be.

        Raises:
            SettingsError: there is no such model or file, or the checkpoint does not fit the architecture.
            SetupError: a library or the weights are missing and cannot be fetched.
        """
        self._ready()

    def _load_quietly(self) -> None:
        # Whoever needs the model tries again and is told.
        with contextlib.suppress(VidDiffError):
            self._ready()

    def encode_frames(self, clip: ClipFrames) -> EncodedFrames:
        """(T, D) vectors of the clip's frames; a frame of a single colour (black, faded out) says nothing: a zero vector."""
        loaded = self._ready()
        size = self._batch or BATCH.get(loaded.device, BATCH["cpu"])
        times: list[np.ndarray] = [np.zeros(0)]
        rows: list[np.ndarray] = [np.zeros((0, loaded.width), np.float32)]
        for pixels, seen in _rebatched(self._pixels(loaded.recipe, clip, times), size):
            vectors = loaded.embed("encode_image", loaded.recipe.normalised(pixels.to(loaded.device)))
            rows.append(vectors * seen[:, None])
        return EncodedFrames(np.concatenate(times), self._checked(np.concatenate(rows)))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """(Q, D) unit vectors, each the mean over the templates; an empty text is a zero vector."""
        loaded = self._ready()
        new = [text for text in dict.fromkeys(texts) if text.strip() and text not in self._texts]
        prompts = [template.format(text.strip().rstrip(".")) for text in new for template in self._templates]
        parts = [prompts[start : start + TEXT_BATCH] for start in range(0, len(prompts), TEXT_BATCH)]
        if parts:
            features = np.concatenate([loaded.embed("encode_text", loaded.tokenizer(part)) for part in parts])
            means = self._checked(features).reshape(len(new), len(self._templates), -1).mean(axis=1)
            self._texts |= zip(new, means / np.linalg.norm(means, axis=1, keepdims=True), strict=True)
        nothing = np.zeros(loaded.width, np.float32)
        return np.stack([self._texts.get(text, nothing) for text in texts]) if texts else np.zeros((0, loaded.width), np.float32)

    def _ready(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                weights = self._located()
                self._loaded = _load(weights, self._device or best_device(), self._resize_mode)
            return self._loaded

    def _located(self) -> LocatedWeights:
        with self._locating:
            if self._weights is None:
                self._weights = locate(self._spec or _default_spec(self._device))
            return self._weights

    def _pixels(
        self, recipe: PixelRecipe, clip: ClipFrames, times: list[np.ndarray]
    ) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
        """Pictures of the model's size and whether each shows anything; their times are appended to `times`."""
        for batch in clip.batches:
            if len(batch.images):
                times.append(batch.times_s)
                yield from recipe.prepared(batch.images)

    def _checked(self, vectors: np.ndarray) -> np.ndarray:
        if not np.isfinite(vectors).all():
            raise SettingsError(
                f"encoder {self.name!r} gives vectors that are not numbers: its checkpoint is damaged, fetch it again"
            )
        return vectors


def _default_spec(device: str | None) -> ClipSpec:
    check_within_reach([CPU_MODEL, GPU_MODEL])
    return parse_clip_spec(GPU_MODEL if (device or best_device()) == "cuda" else CPU_MODEL)


def _rebatched(parts: Iterator[tuple[torch.Tensor, np.ndarray]], size: int) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
    """The same rows in batches of `size`, the last one shorter: decoders batch by memory, models by speed."""
    import torch

    pictures: list[torch.Tensor] = []
    seen: list[np.ndarray] = []
    waiting = 0
    for picture, shows in parts:
        pictures.append(picture)
        seen.append(shows)
        waiting += len(shows)
        if waiting >= size:
            joined, flags = torch.cat(pictures), np.concatenate(seen)
            whole = waiting - waiting % size
            for start in range(0, whole, size):
                yield joined[start : start + size], flags[start : start + size]
            pictures, seen, waiting = [joined[whole:]], [flags[whole:]], waiting - whole
    if waiting:
        yield torch.cat(pictures), np.concatenate(seen)


def _load(weights: LocatedWeights, device: str, resize_mode: ResizeMode | None) -> _Loaded:
    open_clip = load_open_clip()
    check_architecture(open_clip, weights.architecture)
    published = open_clip.get_pretrained_cfg(weights.architecture, weights.tag) if weights.tag else {}
    preprocess = {**published, **({"resize_mode": resize_mode} if resize_mode else {})}
    with _quiet_log():
        try:
            model = open_clip.create_model(
                weights.architecture,
                pretrained=str(weights.checkpoint) if weights.checkpoint else None,
                device=device,
                force_quick_gelu=bool(published.get("quick_gelu")),
                force_preprocess_cfg={key: value for key, value in preprocess.items() if key != "size"},
                require_pretrained=True,
            )
            own_words = {"bpe_path": str(weights.merges)} if weights.merges else {}
            tokenizer = open_clip.get_tokenizer(weights.architecture, **own_words)
        except Exception as error:  # a checkpoint can be broken in as many ways as there are readers, each with its own error
            raise _unusable(weights, error) from error
    return _Loaded(
        model=model.eval(),
        tokenizer=tokenizer,
        recipe=PixelRecipe.of(open_clip.get_model_preprocess_cfg(model)),
        device=device,
        half=device == "cuda" and fast_in_half(),
        width=int(open_clip.get_model_config(weights.architecture)["embed_dim"]),
    )


def _unusable(weights: LocatedWeights, error: Exception) -> SettingsError | SetupError:
    what = weights.checkpoint or weights.architecture
    if isinstance(error, ImportError) or "transformers" in str(error):
        return SetupError(
            f"encoder: {weights.architecture} needs another library ({first_line(error)}): pip install transformers"
        )
    return SettingsError(
        f"encoder: {str(what)!r} cannot be used as weights of {weights.architecture} ({first_line(error)}); "
        "expected a checkpoint of that architecture, whole"
    )


@contextlib.contextmanager
def _quiet_log() -> Iterator[None]:
    """Keep open_clip's messages off stderr: it logs through the root logger, which sets itself up to print at the first of them."""
    root, nowhere = logging.getLogger(), logging.NullHandler()
    root.addHandler(nowhere)
    try:
        yield
    finally:
        root.removeHandler(nowhere)
