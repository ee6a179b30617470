"""Asks a running server anything that its OpenAPI description allows, and more: `python -m viddiff.evals.torture.web_fuzz`.

Needs schemathesis, which comes with the extra `dev`. No reply may be a 5xx, and each must be what the description says.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from ...memory.errors import SetupError
from ...memory.values import Value

STREAMS = "/events"
"""Routes that end with this never end."""


class FuzzResult(Value):
    """What came of all requests."""

    requests: int
    statuses: dict[int, int]
    operations: int
    problems: tuple[str, ...]

    @property
    def line(self) -> str:
        """All in one line."""
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.requests} requests to {self.operations} operations ({statuses}): {len(self.problems)} problems"


def fuzz(
    openapi: dict[str, Any], address: str, known: dict[str, list[str]], *, seconds: float, examples: int, seed: int = 0
) -> FuzzResult:
    """Ask every operation with examples that are made from its description.

    Args:
        openapi: The description.
        address: Of the server, "http://127.0.0.1:PORT".
        known: Ids that exist, by the part of the path that stands before them ("sessions", "videos"); every second request uses one,
            other than to delete.
        seconds: Nothing is begun after this long.
        examples: Per operation, half of them right and half of them wrong on purpose.
        seed: Of everything that is drawn by lot.

    Raises:
        SetupError: schemathesis is not installed.
    """
    try:
        import schemathesis
        from schemathesis import GenerationMode
        from schemathesis.core.result import Ok
    except ImportError:
        raise SetupError("fuzzing the server needs schemathesis: pip install 'viddiff[dev]'") from None
    schema, asking = schemathesis.openapi.from_dict(_plain(openapi)), _Asking(address, known, random.Random(seed))
    end = time.monotonic() + seconds
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if not operation.path.endswith(STREAMS) and time.monotonic() < end:
                asking.carry_out(operation.as_strategy(generation_mode=mode), examples // 2, seed)
    statuses = dict(sorted(asking.statuses.items()))
    problems = tuple(asking.problems)
    return FuzzResult(requests=sum(statuses.values()), statuses=statuses, operations=len(operations), problems=problems)


def _plain(schema: Any) -> Any:
    """The schema with tuples as lists of a length: schemathesis makes an invalid schema of `prefixItems`."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(part) for name, part in schema.items()}
    if "prefixItems" in plain:
        plain["items"] = {"anyOf": plain.pop("prefixItems")}
    return plain


class _Asking:
    """Sends cases, and keeps what came back."""

    def __init__(self, address: str, known: dict[str, list[str]], chance: random.Random) -> None:
        self._address, self._known, self._chance = address, known, chance
        self.statuses: Counter[int] = Counter()
        self.problems: list[str] = []

    def ask(self, case: Any) -> None:
        """Send one."""
        from schemathesis.checks import not_a_server_error
        from schemathesis.specs.openapi.checks import (
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        )

        kind = case.path.strip("/").split("/")[1:2]
        ids = self._known.get(kind[0], []) if kind else []
        if ids and case.method != "DELETE" and "id_" in (case.path_parameters or {}) and self._chance.random() < 0.5:
            case.path_parameters["id_"] = self._chance.choice(ids)
        reply = case.call(base_url=self._address, timeout=120)
        self.statuses[reply.status_code] += 1
        checks = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
        try:
            case.validate_response(reply, checks=checks)
        except BaseExceptionGroup as problems:
            for problem in problems.exceptions:
                self._note(case, reply.status_code, problem)
        except AssertionError as problem:
            self._note(case, reply.status_code, problem)

    def carry_out(self, cases: Any, examples: int, seed: int) -> None:
        """Send so many cases of one operation; one for which no case can be made is left out."""
        from hypothesis import HealthCheck, Phase, given, settings
        from hypothesis import seed as seeded
        from hypothesis.errors import Unsatisfiable

        quick = settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        )
        try:
            seeded(seed)(quick(given(case=cases)(lambda case: self.ask(case))))()
        except Unsatisfiable:
            return

    def _note(self, case: Any, status: int, problem: BaseException) -> None:
        said = " ".join(str(problem).split())
        self.problems.append(f"{case.method} {case.path}: status {status}: {said[:300]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve two drawn clips, ask, and say what came of it; the exit status is 1 when anything was not as it must be."""
    from ...agent.chat.session import Session
    from ...agent.settings import Settings
    from ...agent.web.app import create_app
    from ...agent.web.options import WebOptions
    from .bench_pair import BenchPair
    from .load import server_on
    from .processes import Commands

    parser = argparse.ArgumentParser(prog="python -m viddiff.evals.torture.web_fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--examples", type=int, default=100, help="per operation")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="viddiff-fuzz-") as place:
        bench = BenchPair(Path(place))
        bench.track(Commands({}))
        home = bench.new_home()
        openapi = create_app(Settings.of(home=home), WebOptions(), Session).openapi()
        with server_on(home, Path(place) / "server.log") as (_, address):
            known = _filled(address, bench)
            result = fuzz(openapi, address, known, seconds=chosen.seconds, examples=chosen.examples, seed=chosen.seed)
    sys.stdout.write("\n".join([result.line, *result.problems[:40]]) + "\n")
    return int(bool(result.problems))


def _filled(address: str, bench: Any) -> dict[str, list[str]]:
    with httpx.Client(base_url=address, timeout=600, trust_env=False) as http:
        clips = [Path(bench.made.a.path), Path(bench.made.b.path)]
        ids = [http.post("/api/videos", params={"name": path.name}, content=path.read_bytes()).json()["id"] for path in clips]
        body = {"a": ids[0], "b": ids[1], "action": "a bodyweight squat", "differences": ["the squat is deeper"]}
        session = http.post("/api/sessions", json=body).json()["id"]
        while http.get(f"/api/sessions/{session}").json()["status"] in ("queued", "running"):
            time.sleep(0.5)
    return {"videos": ids, "sessions": [session]}


if __name__ == "__main__":
    sys.exit(main())
