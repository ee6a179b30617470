"""The engine of a Ray cluster: clips and their bodies as tasks, frames for CLIP on a GPU where there is one, then the pairs themselves.

Every machine must see the evaluation's folder under the same path and have viddiff installed: what a task leaves behind is handed
on through the cache in that folder, as it is between two runs of one machine.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from ...agent.settings import keep_ray_here
from ...memory.errors import SetupError
from ...memory.values import Side
from .jobs import Job, Outcome, Task, do, failed
from .systems import System

TRIES_AGAIN = 2
"""How often Ray does a task anew whose worker died."""


class RayCluster:
    """Tasks of a cluster; one is made here, on 127.0.0.1, where no address is given.

    Args:
        slots: How many pairs are in work at a time, and the CPUs of a cluster made here; as many as there are CPUs when None.
        address: `auto` for the cluster that this machine belongs to, or `ray://HOST:10001`.

    Raises:
        SetupError: Ray is not installed.
    """

    def __init__(self, slots: int | None, address: str | None) -> None:
        if address is None:
            keep_ray_here()
        self._ray = _ray()
        self._slots, self._address = slots, address
        self._running: dict[Any, Task] = {}
        self._began: dict[str, float] = {}
        self._embedders: dict[str, Any] = {}

    @property
    def slots(self) -> int:
        """As given, or the CPUs of the cluster."""
        self._connect()
        return self._slots or int(self._ray.cluster_resources().get("CPU", 1))

    def submit(self, task: Task) -> None:
        """Begin the steps of one pair; each waits for the ones before it."""
        remote = self._ray.remote(num_cpus=1, max_retries=TRIES_AGAIN)
        made = remote(_clips).remote(task.job)
        ready = [remote(_tracked).remote(task.job, side, made) for side in ("a", "b")]
        if (embedder := self._embedder(task.job.system)) is not None:
            ready = [embedder.encode.remote(task.job, side, each) for side, each in zip(("a", "b"), ready, strict=True)]
        self._began[task.job.name] = perf_counter()
        self._running[remote(_answered).remote(task, *ready)] = task

    def wait(self) -> Sequence[Outcome]:
        """The next outcomes, at least one."""
        done, _ = self._ray.wait(list(self._running), num_returns=1)
        return [self._taken(reference) for reference in done]

    def _taken(self, reference: Any) -> Outcome:
        task = self._running.pop(reference)
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            # Whatever is raised by the work itself is named in its outcome: this is the cluster's own trouble.
            reason = OSError(str(error).splitlines()[0])
            return failed(task.job.name, reason, perf_counter() - self._began[task.job.name])

    def _embedder(self, system: System) -> Any:
        """The actor that holds the encoders of a system on a GPU; None where frames are not encoded or there is no GPU."""
        name, remote = system.settings.encoder, system.settings.remote
        posture = name == "pose" or (name == "auto" and not remote)
        if posture or not self._ray.cluster_resources().get("GPU"):
            return None
        if name not in self._embedders:
            actor = self._ray.remote(num_gpus=1, max_restarts=TRIES_AGAIN, max_task_retries=TRIES_AGAIN)(Embedder)
            self._embedders[name] = actor.remote(system)
        return self._embedders[name]

    def _connect(self) -> None:
        if self._ray.is_initialized():
            return
        if self._address is not None:
            self._ray.init(address=self._address, log_to_driver=False)
            return
        self._ray.init(address="local", num_cpus=self._slots, include_dashboard=False, log_to_driver=False)

    def __enter__(self) -> Self:
        self._connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ray.shutdown()


class Embedder:
    """Encodes the frames of clips, one after the other, with models that are loaded once and stay on the GPU."""

    def __init__(self, system: System) -> None:
        self._system = system

    def encode(self, job: Job, side: Side, tracked: str) -> str:
        """Leave the index of one clip's frames in the cache; what goes wrong shows again when the pair is compared."""
        return tracked or _quietly(lambda: self._system.encode(job.pair.clip(side, job.folder)))


def _ray() -> Any:
    try:
        return importlib.import_module("ray")
    except ImportError:
        raise SetupError("--engine ray needs Ray; run `pip install 'viddiff[ray]'`, or leave --engine out") from None


def _clips(job: Job) -> str:
    """Make both clips; returns what went wrong, which shows again when the pair is compared."""
    return _quietly(lambda: [job.pair.clip(side, job.folder) for side in ("a", "b")])


def _tracked(job: Job, side: Side, made: str) -> str:
    """Leave the body in one clip, and what is encoded from it alone, in the cache."""
    return made or _quietly(lambda: job.system.track(job.pair.clip(side, job.folder)))


def _answered(task: Task, *ready: str) -> Outcome:
    return do(task)


def _quietly(work: Any) -> str:
    try:
        work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""
