"""Whatever a model server does, a run ends with a report or with exit status 3 and is resumed: nothing lost, paid twice or made up."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from viddiff import ModelServerError, Report, Settings, compare
from viddiff.agent.command_compare import Outputs, resume_command
from viddiff.evals.drawn.pairs import WrittenPair
from viddiff.evals.scripted_server import BadPlanner, ChatRequest, Reply, ScriptedServer, ToolCall, faults
from viddiff.evals.scripted_server.exchange import Answered
from viddiff.evals.torture.failing_server import FAULTS, ONLY, ROLES, Fault, FaultyServer, Role, by_lot, good_roles
from viddiff.tools.models import sending
from viddiff.tools.models.retrying import Clock, RetryPolicy

KEY = "sk-of-the-user-that-nobody-may-see-5678"
ASKED = ("depth", "stance")
ATTEMPTS = 3
PATIENT_S = 120.0
NUMBERS = count()
GOOD = good_roles()
RESUME = re.compile(r"viddiff resume ([0-9a-f]{12})$")
CODED = re.compile(r"[A-Za-z0-9+/]{100}|base64,")


def telling_roles(name: str) -> tuple[Role, ...]:
    """Whom to fail to see all that is particular to a fault: of faults that end a run alike, only the first is tried on every role."""
    fault = FAULTS[name]
    if name in ONLY:
        return (ONLY[name],)
    if next(other for other in FAULTS if other not in ONLY and _course(FAULTS[other]) == _course(fault)) == name:
        return ROLES
    apart: tuple[Role, ...] = tuple(role for role in ROLES if fault.words_for(role) != fault.words)
    return (*apart, "vlm") if apart else (ROLES[list(FAULTS).index(name) % len(ROLES)],)


def _course(fault: Fault) -> tuple[bool, ...]:
    return fault.ends, fault.waits, fault.harmless, bool(fault.planner_words)


each_fault = pytest.mark.parametrize(("name", "role"), [(name, role) for name in FAULTS for role in telling_roles(name)])


def failing(**how: Any) -> FaultyServer:
    return FaultyServer(**{"good": GOOD, **how})


@dataclass
class Bench:
    """One scripted server, one pair of clips, and one comparison after the other."""

    server: ScriptedServer
    made: WrittenPair
    personality: FaultyServer = field(default_factory=failing)
    model: str = "m"

    def begin(self, personality: FaultyServer) -> None:
        """A server that has never been asked anything: no earlier answer is in the cache under this name."""
        self.personality = self.server.personality = personality
        self.model = f"m{next(NUMBERS)}"

    def run(self, **changes: object) -> Report:
        remote = {"planner": f"openai:{self.model}", "vlm": f"openai:{self.model}"}
        settings = Settings.of(**{**remote, "encoder": "pose", "max_attempts": 1, **changes})
        return compare(
            self.made.a.path,
            self.made.b.path,
            action=self.made.pair.description,
            differences=[{"id": s.id, "description": s.description} for s in self.made.pair.statements if s.id in ASKED],
            settings=settings,
        )

    def to_the_end(self, most: int = 1, **changes: object) -> tuple[Report, list[str]]:
        """The report, and the errors before it; the server recovers when the run has stopped `most` times."""
        stops: list[str] = []
        while True:
            try:
                return (resume_command(run_of(stops[-1]), Outputs(), timeout=PATIENT_S) if stops else self.run(**changes)), stops
            except ModelServerError as error:
                stops.append(str(error))
            if len(stops) >= most:
                self.personality.recover()


def run_of(stop: str) -> str:
    found = RESUME.search(stop)
    assert found, stop
    return found[1]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(failing()) as server:
        yield server


@pytest.fixture
def bench(drawn, server, settings, monkeypatch) -> Bench:
    monkeypatch.setenv("VIDDIFF_HOME", str(settings.home))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    # Waiting takes time and is tested elsewhere.
    monkeypatch.setattr(sending, "Clock", lambda: Clock(sleep=lambda seconds: asyncio.sleep(0)))
    monkeypatch.setattr(sending, "RetryPolicy", lambda: RetryPolicy(attempts=ATTEMPTS))
    return Bench(server, drawn("squat", 3))


ALLOWED: dict[str, set[str]] = {}


@pytest.fixture
def allowed(bench: Bench) -> dict[str, set[str]]:
    """Per difference, what runs without any fault say, with and without a vision model, and the answers that claim nothing."""
    if not ALLOWED:
        bench.begin(failing())
        reports = bench.run(), bench.run(vlm="none", planner="embedded")
        assert [d.reason for d in reports[0].differences if d.answer not in "ab"] == []
        for name in ASKED:
            ALLOWED[name] = {"same", "unknown"} | {d.answer for report in reports for d in report.differences if d.id == name}
    return ALLOWED


def check(report: Report, bench: Bench, allowed: dict[str, set[str]], stops: list[str], *, late: bool = False) -> None:
    """What holds after every run, whatever happened in it."""
    assert [d.id for d in report.differences if d.answer not in allowed[d.id]] == []
    told, usage = bench.personality, report.usage
    if not late:
        # On a busy machine good replies come too late as well: paid for, and asked for again.
        assert told.paid_twice == []
        assert (usage.input_tokens, usage.output_tokens) == told.tokens
        assert (usage.llm_calls, usage.vlm_calls) == (told.calls("planner", "proposer"), told.calls("vlm"))
    for text in (report.model_dump_json(), *stops):
        assert KEY not in text
        assert not CODED.search(text)
    for line in (*report.warnings, *stops):
        assert "\n" not in line
        assert len(line) < 1000


def patience(name: str) -> float:
    """Seconds that a reply may take."""
    return 3.0 if name == "slow" else PATIENT_S


def test_every_fault_of_the_server_is_tried() -> None:
    public = {
        name.lower()
        for name, thing in inspect.getmembers(faults, lambda thing: inspect.isfunction(thing) or inspect.isclass(thing))
        if thing.__module__ == faults.__name__ and not name.startswith("_")
    }
    tried = {name.replace("_", "") for name in FAULTS}
    assert {name for name in public if name.replace("_", "") not in tried} == {"wrapped", "schema_in", "withoutschema"} - tried


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.harmless])
def test_a_fault_that_passes_changes_nothing(name: str, bench: Bench, allowed: dict[str, set[str]]) -> None:
    fault = FAULTS[name]
    times = 2 if fault.passes and name != "slow" else 1
    # A planner is not asked in another form: one whose server refuses a request is replaced.
    hit: list[Role] = [role for role in ROLES if role != "planner" or fault.waits]
    bad: dict[Role, list[Fault | None]] = {role: [fault] * times for role in hit}
    bench.begin(failing(fails=bad))
    report, stops = bench.to_the_end(timeout=patience(name))
    check(report, bench, allowed, stops, late=name == "slow")
    if fault.passes or not fault.ends:
        assert stops == []
        assert [w for w in report.warnings if "embedded planner" in w or "usable reply" in w or "library" in w] == []


@each_fault
def test_a_fault_that_stays_ends_in_words(name: str, role: Role, bench: Bench, allowed: dict[str, set[str]]) -> None:
    fault = FAULTS[name]
    bench.begin(failing(always={role: fault}))
    report, stops = bench.to_the_end(timeout=patience(name))
    check(report, bench, allowed, stops, late=name == "slow")
    assert len(stops) == (1 if fault.ends and role != "planner" else 0)
    assert fault.words_for(role) in " ".join((*stops, *report.warnings))
    if role == "planner" and not fault.harmless:
        assert any("embedded planner" in warning for warning in report.warnings)


@pytest.mark.parametrize("seed", range(8))
def test_faults_by_lot_lose_nothing(seed: int, bench: Bench, allowed: dict[str, set[str]]) -> None:
    bench.begin(failing(fails=by_lot(seed)))
    report, stops = bench.to_the_end(most=6)
    check(report, bench, allowed, stops)
    assert len({run_of(stop) for stop in stops} | {report.id}) == 1


def test_a_planner_that_gets_nowhere_twice_is_replaced_and_what_it_cost_is_counted(bench: Bench, allowed: dict[str, set[str]]):
    bench.begin(failing(fails={"planner": [FAULTS["huge"], FAULTS["huge"]]}))
    report, stops = bench.to_the_end()
    check(report, bench, allowed, stops)
    assert bench.personality.calls("planner") == 2
    assert any(re.search(r"planner stalled \(its reply was cut off\); the embedded planner", w) for w in report.warnings)
    sent = [call.payload_bytes for call in bench.server.recording.chats if call.body["model"] == bench.model]
    # What it rambled on about is not sent back to it, and paid for, at its second turn.
    assert sent[1] - sent[0] < 5000


def test_a_planner_that_is_put_right_goes_on(bench: Bench, allowed: dict[str, set[str]]) -> None:
    bench.begin(failing(good={**GOOD, "planner": BadPlanner("malformed_arguments", times=1)}))
    report, stops = bench.to_the_end()
    check(report, bench, allowed, stops)
    assert not [warning for warning in report.warnings if "embedded planner" in warning]
    corrected = [told for told in bench.personality.told if "could not be read" in told.asked]
    assert corrected


class _Apart:
    """A planner that asks the vision model about each difference in a call of its own, all with one id, and one of them twice."""

    def reply(self, request: ChatRequest) -> Answered:
        answer = GOOD["planner"].reply(request)
        assert isinstance(answer, Reply)
        if not answer.tool_calls or answer.tool_calls[0].name != "query_vlm":
            return answer
        ids = ("stance", "depth", "depth")
        said = [f'{{"difference_ids": ["{id_}"], "order": "both"}}' for id_ in ids]
        return Reply(tool_calls=tuple(ToolCall(name="query_vlm", arguments=each, id="call-0") for each in said))


def test_branches_beside_one_that_fails_are_not_lost_and_none_is_paid_twice(bench: Bench, allowed: dict[str, set[str]]) -> None:
    late = Fault(lambda good: faults.slow(good, 1.0), "", harmless=True)
    bench.begin(failing(fails={"vlm": [None, FAULTS["unauthorized"], late, late]}, good={**GOOD, "planner": _Apart()}))
    report, stops = bench.to_the_end()
    check(report, bench, allowed, stops)
    assert len(stops) == 1
    assert len([told for told in bench.personality.told if told.role == "vlm" and told.good]) == 4


def test_the_limits_hold_for_all_parts_of_a_run(bench: Bench, allowed: dict[str, set[str]]) -> None:
    bench.begin(failing(fails={"vlm": [FAULTS["unauthorized"]] * 4}))
    with pytest.raises(ModelServerError) as caught:
        bench.run(max_calls=9)
    spent = len(bench.personality.told)
    bench.personality.recover()
    report = resume_command(run_of(str(caught.value)), Outputs(), max_calls=spent + 1)
    assert len(bench.personality.told) == spent + 1
    assert any("limit" in warning for warning in report.warnings)
    check(report, bench, allowed, [])
