import pytest
from clips import difference
from hypothesis import given, settings
from hypothesis import strategies as st
from word_lists import library

from viddiff.memory.state import Statement
from viddiff.memory.values import Difference, Measurement, Verdict
from viddiff.tools.catalog import CATALOG
from viddiff.tools.propose import FAMILIES, NOT_PROPOSED, REPEATED, LibraryProposer, family_of, most_telling, telling
from viddiff.tools.statement.reader import StatementReader

LAW = settings(max_examples=25, deadline=None)
LIBRARY = library()


@pytest.fixture(scope="module")
def proposer() -> LibraryProposer:
    return LibraryProposer(LIBRARY, StatementReader())


STATEMENTS = tuple(
    Statement(id=id_, description=text)
    for id_, text in (
        ("7", "the squat is deeper"),
        ("x y", "the outfit is nicer"),
        ("3", "the feet stance is wider"),
        ("0", "the knees are more bent at the bottom"),
        ("7b", "the squat is deeper"),
    )
)


def test_given_statements_keep_their_ids_words_and_order(proposer):
    plan = proposer.closed("squat", STATEMENTS)
    assert [(d.id, d.description) for d in plan.differences] == [(s.id, s.description) for s in STATEMENTS]
    assert all(d.origin == "given" for d in plan.differences)
    assert proposer.closed("squat", ()).differences == ()


def test_a_statement_gets_a_question_or_a_reason(proposer):
    plan = proposer.closed("squat", STATEMENTS)
    assert [d.question is None for d in plan.differences] == [False, True, False, False, False]
    assert all((d.question is None) is bool(d.unmeasurable) for d in plan.differences)


def test_a_phase_is_linked_to_the_stages_that_answer_to_it(proposer):
    plan = proposer.closed("squat", STATEMENTS)
    linked = plan.differences[3]
    assert linked.question.phase == "bottom"
    assert linked.stages
    phases = {s.name: s.phases for s in plan.stages}
    assert all("bottom" in phases[name] for name in linked.stages)
    assert plan.peak_stage in phases


def test_an_unknown_action_is_general_and_says_so(proposer):
    for plan in (proposer.closed("flurbing a wug", STATEMENTS), proposer.candidates("flurbing a wug")):
        assert plan.action == LIBRARY.general().name
        assert any("flurbing a wug" in warning for warning in plan.warnings)
    assert proposer.candidates("squat").warnings == ()


@pytest.fixture(scope="module")
def candidates(proposer) -> dict[str, tuple[Difference, ...]]:
    return {action.name: proposer.candidates(action.aliases[0]).differences for action in LIBRARY.actions}


def test_candidates_have_ids_of_their_own_and_can_be_measured(candidates):
    for name, found in candidates.items():
        assert len({d.id for d in found}) == len(found), name
        assert all(d.question is not None and d.description for d in found), name


def test_candidates_hold_every_general_quantity_once(candidates):
    wanted = {name for name, entry in CATALOG.items() if entry.source in ("pose", "clip")} - NOT_PROPOSED
    for name, found in candidates.items():
        asked = [d.question.quantity for d in found if d.question]
        assert wanted <= set(asked), name
        general = [d.question.quantity for d in found if d.question and d.origin == "pose"]
        assert len(set(general)) == len(general), name
        assert not set(general) & NOT_PROPOSED, name
        assert [d.origin for d in found] == sorted((d.origin for d in found), key=["library", "pose"].index), name


def test_linked_stages_exist(proposer):
    for action in LIBRARY.actions:
        plan = proposer.candidates(action.aliases[0])
        names = {s.name for s in plan.stages}
        assert all(set(d.stages) <= names for d in plan.differences), action.key


def test_general_differences_say_what_their_question_asks(candidates):
    for d in next(iter(candidates.values())):
        if d.origin == "pose" and d.question:
            entry = CATALOG[d.question.quantity]
            assert d.description == (entry.more if d.question.direction == 1 else entry.less)


def test_families_do_not_overlap_and_know_the_catalogue():
    members = [name for family in FAMILIES for name in family]
    assert len(members) == len(set(members))
    assert set(members) <= set(CATALOG)
    for family in FAMILIES:
        assert len({family_of(difference(name)) for name in family}) == 1


quantities = st.sampled_from(sorted(CATALOG))
worths = st.lists(st.tuples(quantities, st.floats(0, 6)), max_size=15).map(
    lambda items: [(difference(name, id=str(at)), worth) for at, (name, worth) in enumerate(items)]
)


@LAW
@given(worths, st.integers(0, 20))
def test_the_most_telling_are_taken_greedily_with_a_discount_for_the_family(worth, count):
    taken = most_telling(worth, count)
    assert len(taken) == min(count, len(worth))
    assert len({d.id for d in taken}) == len(taken)
    value = {d.id: w for d, w in worth}
    for at, chosen in enumerate(taken):
        families = [family_of(d) for d in taken[:at]]
        quantities = [d.question.quantity for d in taken[:at]]

        def discounted(d, families=families, quantities=quantities):
            return value[d.id] * REPEATED ** (families.count(family_of(d)) + quantities.count(d.question.quantity))

        rest = [d for d, _ in worth if d not in taken[:at]]
        assert discounted(chosen) == max(map(discounted, rest))


@LAW
@given(worths, st.integers(0, 10))
def test_asking_for_more_only_adds(worth, count):
    assert most_telling(worth, count + 1)[:count] == most_telling(worth, count)


def test_one_of_another_family_comes_before_a_second_of_the_same():
    worth = [
        (difference("depth", id="1"), 4.0),
        (difference("hip_height", id="2"), 3.9),
        (difference("stance_width", id="3"), 2.5),
    ]
    assert [d.id for d in most_telling(worth, 3)] == ["1", "3", "2"]


def verdict(size: float, *, answer: str = "b", confidence: float = 0.9) -> Verdict:
    measurement = Measurement(quantity="depth", unit="%", a=0, b=size, difference=size, interval=(size - 1, size + 1))
    return Verdict.model_validate(
        {"id": "d1", "answer": answer, "lean": "b", "confidence": confidence, "reason": "r", "measurement": measurement}
    )


@LAW
@given(st.floats(0, 50), st.floats(0, 1), st.floats(0, 1))
def test_larger_surer_and_more_important_is_more_telling(size, sure, important):
    asked = difference().model_copy(update={"importance": important})
    here = telling(asked, verdict(size, confidence=sure), 5.0)
    assert here >= 0
    assert telling(asked, verdict(size + 1, confidence=sure), 5.0) >= here
    assert telling(asked, verdict(-size, confidence=sure), 5.0) == here
    assert telling(asked, verdict(size, confidence=min(1.0, sure + 0.1)), 5.0) >= here
    assert telling(asked.model_copy(update={"importance": important + 0.1}), verdict(size, confidence=sure), 5.0) >= here


def test_undecided_tells_less_and_unmeasured_nothing():
    decided = telling(difference(), verdict(20), 5.0)
    assert 0 < telling(difference(), verdict(20, answer="unknown", confidence=0.5), 5.0) < decided
    assert telling(difference(), verdict(20).model_copy(update={"measurement": None}), 5.0) == 0
