"""How models are named, and what is said when they are wrong, missing or out of reach: one line, and never by waiting."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
import tiny_clip

from viddiff.memory.errors import SettingsError, SetupError, VidDiffError
from viddiff.tools import open_clip_encoder
from viddiff.tools.open_clip_encoder import OpenClipEncoder
from viddiff.tools.open_clip_weights import locate, parse_clip_spec

DEFAULT = "ViT-B-32/laion2b_s34b_b79k"


def _said(error: pytest.ExceptionInfo[VidDiffError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert len(text) < 700
    return text


@pytest.mark.parametrize(
    ("text", "source", "architecture", "weights"),
    [
        (DEFAULT, "tag", "ViT-B-32", "laion2b_s34b_b79k"),
        ("ViT-B-32//models/mine.pt", "file", "ViT-B-32", "/models/mine.pt"),
        ("ViT-B-32/./mine", "file", "ViT-B-32", "./mine"),
        ("ViT-B-32/~/mine", "file", "ViT-B-32", "~/mine"),
        ("ViT-B-32/epoch_9.pt", "file", "ViT-B-32", "epoch_9.pt"),
        ("ViT-B-32/C:\\models\\a+b.safetensors", "file", "ViT-B-32", "C:\\models\\a+b.safetensors"),
        ("local-dir:/models/mine", "folder", "", "/models/mine"),
        ("hf-hub:laion/CLIP-ViT-B-32", "hub", "", "laion/CLIP-ViT-B-32"),
    ],
)
def test_forms(text: str, source: str, architecture: str, weights: str) -> None:
    spec = parse_clip_spec(text)
    assert (spec.source, spec.architecture, spec.weights) == (source, architecture, weights)
    assert spec.label == text


@pytest.mark.parametrize(
    "text", ["", "ViT-B-32", "ViT-B-32/", "/tag", "local-dir:", "hf-hub:", "hf-hub:alone", "hf-hub:a/b/c", "hub:a/b"]
)
def test_what_names_no_model(text: str) -> None:
    with pytest.raises(SettingsError, match="names no model; expected open_clip:ARCHITECTURE/TAG") as error:
        parse_clip_spec(text)
    _said(error)


def test_unknown_architecture_and_tag(tiny_folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"no architecture 'VIT-B32'; did you mean .*ViT-B-32") as error:
        OpenClipEncoder("VIT-B32/laion").load()
    _said(error)
    with pytest.raises(SettingsError, match=r"ViT-B-32 has no weights 'laion3b'.*laion2b_s34b_b79k") as error:
        OpenClipEncoder("ViT-B-32/laion3b").load()
    _said(error)
    with pytest.raises(SettingsError, match="no architecture 'Nothing'") as error:
        OpenClipEncoder(f"Nothing/{tiny_folder / 'open_clip_pytorch_model.bin'}", device="cpu").load()
    _said(error)


def test_missing_files_and_folders(tiny_checkpoint: str, tmp_path: Path) -> None:
    architecture = tiny_checkpoint.split("/")[0]
    for text, said in (
        (f"{architecture}/{tmp_path}/no.pt", "there is no file"),
        (f"{architecture}/{tmp_path}", "there is no file"),
        (f"local-dir:{tmp_path}/no", "open_clip_config.json"),
    ):
        with pytest.raises(SettingsError, match=said) as error:
            OpenClipEncoder(text).load()
        assert str(tmp_path) in _said(error)


def test_a_folder_without_weights_or_with_another_configuration(tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": tiny_clip.CONFIG}))
    with pytest.raises(SettingsError, match="has no checkpoint"):
        OpenClipEncoder(f"local-dir:{tmp_path}").load()
    for content in ("{}", "[1]", "not json", '{"model_cfg": 3}'):
        (tmp_path / "open_clip_config.json").write_text(content)
        with pytest.raises(SettingsError, match="no model configuration") as error:
            OpenClipEncoder(f"local-dir:{tmp_path}").load()
        _said(error)


@pytest.mark.parametrize("name", ["broken.pt", "broken.safetensors", "broken.bin"])
@pytest.mark.parametrize("content", ["empty", "text", "cut"])
def test_a_damaged_checkpoint(tiny_folder: Path, tiny_checkpoint: str, tmp_path: Path, name: str, content: str) -> None:
    whole = (tiny_folder / "open_clip_pytorch_model.bin").read_bytes()
    (tmp_path / name).write_bytes({"empty": b"", "text": b"<html>404</html>", "cut": whole[: len(whole) // 2]}[content])
    with pytest.raises(SettingsError, match="cannot be used as weights of tiny-for-tests") as error:
        OpenClipEncoder(f"{tiny_checkpoint.split('/')[0]}/{tmp_path / name}", device="cpu").load()
    assert name in _said(error)


def test_a_checkpoint_of_another_architecture(tiny_checkpoint: str, tmp_path: Path) -> None:
    import torch

    torch.save({"visual.proj": torch.zeros(3, 3)}, tmp_path / "other.pt")
    with pytest.raises(SettingsError, match="cannot be used as weights") as error:
        OpenClipEncoder(f"{tiny_checkpoint.split('/')[0]}/{tmp_path / 'other.pt'}", device="cpu").load()
    _said(error)


def test_a_checkpoint_runs_no_code(tiny_checkpoint: str, tmp_path: Path) -> None:
    import torch

    torch.save({"visual.proj": _Bomb(tmp_path / "ran")}, tmp_path / "bomb.pt")
    with pytest.raises(SettingsError, match="cannot be used as weights"):
        OpenClipEncoder(f"{tiny_checkpoint.split('/')[0]}/{tmp_path / 'bomb.pt'}", device="cpu").load()
    assert not (tmp_path / "ran").exists()


class _Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return os.mkdir, (str(self.path), 0o700)


@pytest.mark.parametrize("model", ["", DEFAULT, "ViT-B-32/openai", "hf-hub:laion/CLIP-ViT-B-32-laion2B-s34B-b79K"])
def test_no_weights_and_the_hub_switched_off(model: str) -> None:
    with pytest.raises(SetupError, match=r"HF_HUB_OFFLINE is set.*run: hf download \S+/\S+ \S+.*--encoder pose") as error:
        OpenClipEncoder(model).load()
    _said(error)


def test_no_weights_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *_, **__: pytest.fail("a hub out of reach was asked"))
    with pytest.raises(SetupError, match=r"http://127.0.0.1:9 cannot be reached: .*refused") as error:
        OpenClipEncoder(DEFAULT).load()
    assert "hf download laion/CLIP-ViT-B-32-laion2B-s34B-b79K open_clip_model.safetensors" in _said(error)


def test_cached_weights_are_found_without_asking_the_hub(empty_cache: Path) -> None:
    for repository, revision in (
        ("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "a" * 40),
        ("timm/vit_base_patch32_clip_224.openai", "b" * 40),
    ):
        _cache(empty_cache, repository, revision, "open_clip_model.safetensors")
    plain, openai = (locate(parse_clip_spec(f"ViT-B-32/{tag}")) for tag in ("laion2b_s34b_b79k", "openai"))
    assert plain.checkpoint is not None
    assert plain.checkpoint.is_file()
    assert openai.checkpoint is not None
    assert (plain.tag, plain.fingerprint, openai.tag) == ("laion2b_s34b_b79k", DEFAULT, "openai")


def test_weights_that_are_here_are_found_without_torch_and_loaded_in_a_thread(
    empty_cache: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cache(empty_cache, "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "a" * 40, "open_clip_model.safetensors")
    found = (
        "import sys; from viddiff.tools.open_clip_encoder import OpenClipEncoder as E; print([E(x).name for x in sys.argv[1:]])"
    )
    command = [sys.executable, "-c", f"{found}; print('torch' in sys.modules)", DEFAULT, f"local-dir:{tiny_folder}"]
    place = {**os.environ, "HF_HUB_CACHE": str(empty_cache), "HF_HUB_OFFLINE": "1"}
    names, torch = subprocess.run(command, check=True, capture_output=True, text=True, env=place).stdout.splitlines()
    assert DEFAULT in names
    assert torch == "False"

    begun = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu")
    loaded_in: list[str] = []
    load = open_clip_encoder._load
    monkeypatch.setattr(open_clip_encoder, "_load", lambda *a: (loaded_in.append(threading.current_thread().name), load(*a))[1])
    begun.begin()
    assert begun.encode_texts(["knees bent"]).any()
    assert loaded_in == ["viddiff-clip"]


def test_what_is_missing_is_said_at_once_and_what_is_broken_when_it_is_used(tiny_checkpoint: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no file"):
        OpenClipEncoder(f"ViT-B-32/{tmp_path}/no.pt").begin()
    with pytest.raises(SetupError, match="HF_HUB_OFFLINE is set"):
        OpenClipEncoder("").begin()
    (tmp_path / "rubbish.pt").write_bytes(b"rubbish")
    broken = OpenClipEncoder(f"{tiny_checkpoint.split('/')[0]}/{tmp_path / 'rubbish.pt'}", device="cpu")
    broken.begin()
    with pytest.raises(SettingsError, match="cannot be used as weights"):
        broken.encode_texts(["knees bent"])


def test_a_cached_hub_repository_is_loaded_like_a_folder(empty_cache: Path, tiny_folder: Path) -> None:
    for path in tiny_folder.iterdir():
        _cache(empty_cache, "somebody/tiny", "c" * 40, path.name, path.read_bytes())
    encoder = OpenClipEncoder("hf-hub:somebody/tiny", device="cpu")
    assert encoder.name == f"open_clip:hf-hub:somebody/tiny@{'c' * 16}:own:clip-2"
    texts = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu").encode_texts(["knees bent"])
    assert encoder.encode_texts(["knees bent"]).tolist() == texts.tolist()


def _cache(cache: Path, repository: str, revision: str, name: str, content: bytes = b"weights") -> None:
    """One file as the hub's library keeps it."""
    folder = cache / f"models--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True, exist_ok=True)
    (folder / "refs" / "main").write_text(revision)
    (folder / "snapshots" / revision).mkdir(parents=True, exist_ok=True)
    (folder / "snapshots" / revision / name).write_bytes(content)


class _Hub(http.server.BaseHTTPRequestHandler):
    """Serves the files of one repository as the hub does."""

    folder: Path

    def do_GET(self) -> None:
        path = self.folder / self.path.rpartition("/")[2]
        known = self.path.startswith("/somebody/tiny/resolve/") and path.is_file()
        content = path.read_bytes() if known else b""
        self.send_response(200 if known or self.path == "/" else 404)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", "d" * 40)
        self.send_header("ETag", f'"{path.name}"')
        if not known:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(tiny_folder: Path) -> Iterator[str]:
    handler = type("Hub", (_Hub,), {"folder": tiny_folder})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


LOCATE = """
import sys
from viddiff.memory.errors import SetupError
from viddiff.tools.open_clip_weights import locate, parse_clip_spec
try:
    print(locate(parse_clip_spec(sys.argv[1])).architecture)
except SetupError as error:
    print(error)
assert "torch" not in sys.modules
"""


def test_downloading_from_a_hub(hub: str, tmp_path: Path) -> None:
    def located(model: str, endpoint: str) -> str:
        changed = {"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0", "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-c", LOCATE, model]
        done = subprocess.run(command, env=os.environ | changed, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    folder = Path(located("hf-hub:somebody/tiny", hub).removeprefix("local-dir:"))
    assert sorted(path.name for path in folder.iterdir()) == ["open_clip_config.json", "open_clip_pytorch_model.bin"]
    assert located("hf-hub:somebody/tiny", "http://127.0.0.1:9") == f"local-dir:{folder}"
    assert "cannot be fetched" in located("hf-hub:somebody/nothing", hub)
