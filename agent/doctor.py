"""`viddiff doctor`: what is installed, which back-ends are usable, and what to do about what is missing."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator
from typing import Literal

from rich.console import Console
from rich.table import Table

from ..memory.errors import VidDiffError
from ..memory.values import Value
from .settings import Settings

MARKS = {"ok": "[green]ok[/]", "missing": "[red]missing[/]", "off": "[dim]off[/]"}


class Finding(Value):
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "missing", "off"]
    detail: str


def doctor_command() -> bool:
    """Print all findings; whether the embedded default can work."""
    console = Console()
    table = Table(box=None, pad_edge=False)
    for title in ("", "state", "detail"):
        table.add_column(title, overflow="fold")
    findings = list(examine(Settings.of()))
    for finding in findings:
        table.add_row(finding.name, MARKS[finding.state], finding.detail)
    console.print(table)
    well = all(finding.state != "missing" for finding in findings)
    console.print("The embedded default is ready: no key and no network are needed." if well else "See the lines marked missing.")
    return well


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that a run may need."""
    yield Finding(name="python", state="ok", detail=f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for package, module in PACKAGES.items():
        yield _package(package, module)
    yield _try("body pose model", _pose)
    yield _try("video decoding", _codecs)
    yield _try("data folder", lambda: _writable(settings))
    yield _remote(settings)


PACKAGES = {
    "av": "av",
    "mediapipe": "mediapipe",
    "faiss-cpu": "faiss",
    "langgraph": "langgraph.graph",
    "langchain-openai": "langchain_openai",
    "moviepy": "moviepy",
    "torch": "torch",
    "torchvision": None,
    "open_clip_torch": None,
}
"""Distribution and the module to try; None where importing alone proves nothing."""


def _package(package: str, module: str | None) -> Finding:
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name=package, state="missing", detail="not installed: pip install viddiff installs it")
    try:
        if module:
            importlib.import_module(module)
    except (ImportError, OSError) as error:
        return Finding(name=package, state="missing", detail=f"{version} is installed but does not start: {_advice(error)}")
    return Finding(name=package, state="ok", detail=version)


def _advice(error: Exception) -> str:
    text = str(error).splitlines()[0]
    return f"{text} (on Debian/Ubuntu: apt-get install libgl1 libglib2.0-0)" if "libGL" in text or "libgthread" in text else text


def _try(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, state="ok", detail=look())
    except (VidDiffError, OSError, ImportError) as error:
        return Finding(name=name, state="missing", detail=str(error).splitlines()[0])


def _pose() -> str:
    import numpy as np

    from ..tools.pose_mediapipe import MediaPipePose

    with MediaPipePose() as estimator:
        estimator.estimate(np.zeros((128, 128, 3), np.uint8))
        return f"{estimator.name}, runs"


def _codecs() -> str:
    import av

    wanted = ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg", "gif")
    return ", ".join(codec for codec in wanted if codec in av.codecs_available)


def _writable(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.home, os.W_OK):
        raise PermissionError(f"{settings.home} cannot be written; set VIDDIFF_HOME to a folder that can")
    return str(settings.home)


def _remote(settings: Settings) -> Finding:
    if settings.openai_api_key or settings.openai_base_url:
        return Finding(name="remote models", state="ok", detail=settings.openai_base_url or "the OpenAI service")
    return Finding(
        name="remote models", state="off", detail="no OPENAI_API_KEY and no OPENAI_BASE_URL: the embedded default is used"
    )
