"""Which CLIP model is meant, and where its weights are: said in one line when they are nowhere, never by hanging.

    open_clip                                        the default for this machine's device
    open_clip:ARCHITECTURE/TAG                       a name and a tag that open_clip knows: ViT-B-32/laion2b_s34b_b79k
    open_clip:ARCHITECTURE/FILE                      a checkpoint: FILE begins with / . or ~, or ends in .pt .pth .bin .safetensors
                                                     (an absolute path makes two slashes: ViT-B-32//models/mine.pt)
    open_clip:local-dir:FOLDER                       a folder with open_clip_config.json and a checkpoint, and bpe_merges.txt.gz
                                                     where the model has a vocabulary of its own
    open_clip:hf-hub:ORGANISATION/REPOSITORY         such a folder on the Hugging Face hub

open_clip would ask the hub about every file, five times with growing pauses (46 s without a network, also when the file lies in
the cache), and would go on with random weights where a hub repository's are missing. So files are found here, cache first, and
open_clip is given paths.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from ..memory.errors import SettingsError, SetupError
from ..memory.values import Value

GRAMMAR = "open_clip:ARCHITECTURE/TAG, open_clip:ARCHITECTURE/FILE, open_clip:local-dir:FOLDER or open_clip:hf-hub:ORGANISATION/REPOSITORY"
CONFIG_FILE = "open_clip_config.json"
WEIGHT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
MERGES_FILE = "bpe_merges.txt.gz"
"""Vocabulary of a model folder that has one of its own, as open_clip's tokenizer reads it."""
SUFFIXES = (".bin", ".pt", ".pth", ".safetensors")
REACH_TIMEOUT_S = 5.0
DIGEST_LENGTH = 16

REPOSITORIES = {
    "ViT-B-32/laion2b_s34b_b79k": "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
    "ViT-L-14/laion2b_s32b_b82k": "laion/CLIP-ViT-L-14-laion2B-s32B-b82K",
    "ViT-bigG-14/laion2b_s39b_b160k": "laion/CLIP-ViT-bigG-14-laion2B-39B-b160k",
}
"""Where the usual weights are: known without open_clip, whose import takes seconds that a run without weights need not spend."""


class ClipSpec(Value):
    """One model as the user named it."""

    source: Literal["tag", "file", "folder", "hub"]
    architecture: str = ""
    weights: str
    """Tag, path of the file or folder, or hub repository."""

    @property
    def label(self) -> str:
        """As it is written in `--encoder`, without `open_clip:`."""
        return {"folder": "local-dir:", "hub": "hf-hub:"}.get(self.source, f"{self.architecture}/") + self.weights


class LocatedWeights(Value):
    """A model whose files all lie on this machine."""

    architecture: str
    """As `open_clip.create_model` takes it."""
    checkpoint: Path | None = None
    """None where the architecture is a folder that holds it."""
    tag: str = ""
    """Under which open_clip knows more about them; empty for weights that it did not publish."""
    merges: Path | None = None
    """Vocabulary of its own; None for CLIP's."""
    fingerprint: str
    """Tells these weights from all others."""


def parse_clip_spec(text: str) -> ClipSpec:
    """The model that is named after `open_clip:`.

    Raises:
        SettingsError: it follows none of the forms above.
    """
    for prefix, source in (("local-dir:", "folder"), ("hf-hub:", "hub")):
        if text.startswith(prefix) and (rest := text.removeprefix(prefix).strip()):
            if source == "hub" and rest.count("/") != 1:
                break
            return ClipSpec(source="folder" if source == "folder" else "hub", weights=rest)
    architecture, slash, weights = text.partition("/")
    if not (architecture and slash and weights) or ":" in architecture:
        raise SettingsError(
            f"encoder 'open_clip:{text}' names no model; expected {GRAMMAR}, such as open_clip:{next(iter(REPOSITORIES))}"
        )
    return ClipSpec(source="file" if _is_path(weights) else "tag", architecture=architecture, weights=weights)


def locate(spec: ClipSpec) -> LocatedWeights:
    """Find a model's files, downloading them when they are not here and the hub can be reached.

    Raises:
        SettingsError: there is no such architecture, tag, file or folder.
        SetupError: the weights are not on this machine and cannot be fetched; the message says what to run.
    """
    if spec.source == "tag":
        return _tagged(spec)
    if spec.source == "file":
        return _file(spec)
    if spec.source == "folder":
        return _folder(spec)
    config = _fetched(spec.weights, [CONFIG_FILE])
    revision = config.parent.name
    _fetched(spec.weights, WEIGHT_FILES, revision)
    return LocatedWeights(architecture=f"local-dir:{config.parent}", fingerprint=f"{spec.label}@{revision[:DIGEST_LENGTH]}")


def _tagged(spec: ClipSpec) -> LocatedWeights:
    known = REPOSITORIES.get(spec.label)
    checkpoint = _fetched(known, WEIGHT_FILES) if known else _looked_up(spec)
    return LocatedWeights(architecture=spec.architecture, checkpoint=checkpoint, tag=spec.weights, fingerprint=spec.label)


def _looked_up(spec: ClipSpec) -> Path:
    """The checkpoint of a tag that only open_clip knows."""
    open_clip = load_open_clip()
    check_architecture(open_clip, spec.architecture)
    config = open_clip.get_pretrained_cfg(spec.architecture, spec.weights)
    if not config:
        tags = open_clip.list_pretrained_tags_by_model(spec.architecture)
        raise SettingsError(
            f"encoder 'open_clip:{spec.label}': {spec.architecture} has no weights {spec.weights!r}; "
            f"expected a checkpoint file or one of {', '.join(tags) or '(none are published)'}"
        )
    repository, _, file = config["hf_hub"].rpartition("/")
    return _fetched(repository, [file.replace(".bin", ".safetensors"), file] if file else WEIGHT_FILES)


def _file(spec: ClipSpec) -> LocatedWeights:
    path = Path(spec.weights).expanduser()
    if not path.is_file():
        raise SettingsError(f"encoder 'open_clip:{spec.label}': there is no file {str(path)!r}; give the path of a checkpoint")
    return LocatedWeights(
        architecture=spec.architecture, checkpoint=path.resolve(), fingerprint=f"{spec.architecture}/{_digest([path])}"
    )


def _folder(spec: ClipSpec) -> LocatedWeights:
    folder = Path(spec.weights).expanduser()
    config = folder / CONFIG_FILE
    if not config.is_file():
        raise SettingsError(f"encoder 'open_clip:{spec.label}': expected {str(config)!r} and a checkpoint beside it")
    try:
        json.loads(config.read_text(encoding="utf-8"))["model_cfg"]["embed_dim"]
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"encoder 'open_clip:{spec.label}': {str(config)!r} is no model configuration of open_clip ({error})"
        ) from error
    weights = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    if not weights:
        raise SettingsError(f"encoder 'open_clip:{spec.label}': {str(folder)!r} has no checkpoint ({', '.join(SUFFIXES)}) in it")
    merges = [path] if (path := folder / MERGES_FILE).is_file() else []
    return LocatedWeights(
        architecture=f"local-dir:{folder.resolve()}",
        merges=merges[0] if merges else None,
        fingerprint=f"local-dir/{_digest([config, *weights, *merges])}",
    )


def check_within_reach(labels: Sequence[str]) -> None:
    """Raise SetupError unless one of some usual models is in the cache or the hub can be asked for it; imports neither torch nor open_clip."""
    import huggingface_hub as hub

    repositories = [REPOSITORIES[label] for label in labels]
    if not any(_cached(hub, repository, WEIGHT_FILES, None) for repository in repositories) and (
        reason := _unreachable(hub.constants)
    ):
        raise _missing(repositories[0], WEIGHT_FILES[0], reason)


def _fetched(repository: str, names: Sequence[str], revision: str | None = None) -> Path:
    """The first of some files of a hub repository that exists: from the cache, or downloaded."""
    import huggingface_hub as hub

    try:
        if found := _cached(hub, repository, names, revision):
            return found
        if not (reason := _unreachable(hub.constants)):
            return _downloaded(hub, repository, names, revision)
    except Exception as error:  # the hub's own errors are no family, and those of its HTTP library change with its version
        raise _missing(repository, names[0], first_line(error)) from error
    raise _missing(repository, names[0], reason)


def _cached(hub: Any, repository: str, names: Sequence[str], revision: str | None) -> Path | None:
    found = (hub.try_to_load_from_cache(repository, name, revision=revision) for name in names)
    return next((Path(path) for path in found if isinstance(path, str)), None)


def _downloaded(hub: Any, repository: str, names: Sequence[str], revision: str | None) -> Path:
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    for name in names:
        try:
            return Path(hub.hf_hub_download(repository, name, revision=revision))
        except LocalEntryNotFoundError:  # "no network", by inheritance also "no such file"
            raise
        except EntryNotFoundError:
            continue
    raise FileNotFoundError(f"it holds none of {', '.join(names)}")


def _unreachable(hub_settings: Any) -> str:
    """Why the hub cannot be asked; empty when it answers, whatever it says."""
    if hub_settings.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set"
    request = urllib.request.Request(hub_settings.ENDPOINT, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=REACH_TIMEOUT_S).close()
    except urllib.error.HTTPError:
        return ""
    except OSError as error:
        cause = getattr(error, "reason", error)
        return "" if isinstance(cause, ssl.SSLError) else f"{hub_settings.ENDPOINT} cannot be reached: {cause}"
    return ""


def _missing(repository: str, file: str, reason: str) -> SetupError:
    return SetupError(
        f"the CLIP weights of {repository} are not on this machine and cannot be fetched ({reason}); "
        f"where there is a network run: hf download {repository} {file} (or name a local checkpoint, or use --encoder pose)"
    )


def load_open_clip() -> Any:
    """The `open_clip` module.

    Raises:
        SetupError: it, torch or torchvision is missing or does not start.
    """
    from .torchvision_pair import load_torchvision

    load_torchvision()
    try:
        import open_clip
    except ImportError as error:
        raise SetupError(
            f"open_clip does not start ({first_line(error)}): pip install open_clip_torch, or use --encoder pose"
        ) from error
    return open_clip


def check_architecture(open_clip: Any, architecture: str) -> None:
    """Raise SettingsError unless open_clip knows the architecture, or it is a folder."""
    names = open_clip.list_models()
    if architecture in names or architecture.startswith("local-dir:"):
        return
    lowered = {name.lower(): name for name in names}
    close = [lowered[name] for name in get_close_matches(architecture.lower(), lowered, n=3)]
    expected = f"did you mean {' or '.join(close)}?" if close else "see open_clip.list_models()"
    raise SettingsError(f"encoder: open_clip has no architecture {architecture!r}; {expected}")


def first_line(error: BaseException) -> str:
    """What an error says, in one line of bounded length."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _is_path(weights: str) -> bool:
    return weights.startswith(("/", ".", "~")) or weights.endswith(SUFFIXES)


def _digest(paths: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:DIGEST_LENGTH]
