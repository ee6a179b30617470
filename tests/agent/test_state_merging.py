"""How parallel branches are merged into one state: laws of the reducers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viddiff.memory.state import extend_by_key, keep_better, merge_by_key, union
from viddiff.memory.values import Verdict, Vote

keys = st.sampled_from(["d1", "d2", "d3"])
numbers = st.dictionaries(keys, st.integers())
tuples = st.dictionaries(keys, st.lists(st.integers(), max_size=3).map(tuple))
sentences = st.lists(st.sampled_from(["one", "two", "three"])).map(tuple)


@st.composite
def verdicts(draw: st.DrawFn) -> dict[str, Verdict]:
    found = {}
    for key in draw(st.lists(keys, unique=True)):
        answer = draw(st.sampled_from(["a", "b", "same", "unknown"]))
        confidence = draw(st.integers(0, 4)) / 4
        vote = Vote(source=draw(st.sampled_from(["measurement", "vlm"])), order="-", answer=answer, confidence=confidence)
        cause = draw(st.sampled_from(["", "joint hidden"]))
        found[key] = Verdict(id=key, answer=answer, lean="a", confidence=confidence, reason="r", votes=(vote,), uncertain=cause)
    return found


@given(numbers, numbers)
def test_later_values_win_and_the_rest_stays(old, new) -> None:
    merged = merge_by_key(old, new)
    assert {key: merged[key] for key in new} == new
    assert {key: value for key, value in merged.items() if key not in new} == {k: v for k, v in old.items() if k not in new}


@given(tuples, tuples, tuples)
def test_joining_tuples_does_not_depend_on_the_grouping(a, b, c) -> None:
    assert extend_by_key(extend_by_key(a, b), c) == extend_by_key(a, extend_by_key(b, c))


@given(sentences, sentences)
def test_sentences_come_once_and_in_order(old, new) -> None:
    merged = union(old, new)
    assert list(merged) == sorted(set(old + new), key=(old + new).index)
    assert union(merged, new) == merged


@given(verdicts(), verdicts())
def test_a_decision_beats_unknown_and_all_votes_are_kept(old, new) -> None:
    merged = keep_better(old, new)
    assert set(merged) == set(old) | set(new)
    for key in set(old) & set(new):
        rank = {id(v): (v.answer != "unknown", v.confidence) for v in (old[key], new[key])}
        assert (merged[key].answer != "unknown", merged[key].confidence) == max(rank.values())
        assert set(merged[key].votes) == set(old[key].votes) | set(new[key].votes)


def test_nothing_yet_is_an_empty_start() -> None:
    assert merge_by_key(None, None) == extend_by_key(None, None) == keep_better(None, None) == {}
    assert union(None, None) == ()
