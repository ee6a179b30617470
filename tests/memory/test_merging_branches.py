"""Reducers of the state: branches that run side by side may be merged in any grouping."""

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory.state import extend_by_key, keep_better, merge_by_key, union
from viddiff.memory.values import Verdict, Vote

LAW = settings(max_examples=25, deadline=None)
keys = st.sampled_from("xyz")
mappings = st.dictionaries(keys, st.integers())
tuples = st.dictionaries(keys, st.lists(st.integers(0, 3), max_size=3).map(tuple))
sentences = st.lists(st.sampled_from(["one", "two", "three"]), max_size=4).map(tuple)
ANSWERS = ("a", "b", "same", "unknown")


@st.composite
def verdicts(draw):
    def one(key: str) -> Verdict:
        answer, confidence = draw(st.sampled_from(ANSWERS)), draw(st.sampled_from([0.2, 0.5, 0.9]))
        vote = Vote(
            source=draw(st.sampled_from(["measurement", "clip", "model"])), order="-", answer=answer, confidence=confidence
        )
        doubt = draw(st.sampled_from(["", "small difference"]))
        return Verdict(id=key, answer=answer, lean="a", confidence=confidence, reason=answer, votes=(vote,), uncertain=doubt)

    return {key: one(key) for key in draw(st.sets(keys))}


@LAW
@given(st.lists(mappings, max_size=3), mappings)
def test_merging_is_associative_and_later_values_win(earlier, last):
    merged = reduce(merge_by_key, [*earlier, last], {})
    assert merge_by_key(reduce(merge_by_key, earlier, {}), last) == merged
    assert {key: merged[key] for key in last} == last
    assert set(merged) == {key for some in (*earlier, last) for key in some}


def check_associative(merge, a, b, c):
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@LAW
@given(mappings, mappings, mappings)
def test_merge_by_key_is_associative(a, b, c):
    check_associative(merge_by_key, a, b, c)


@LAW
@given(tuples, tuples, tuples)
def test_extending_is_associative_and_keeps_everything_in_order(a, b, c):
    check_associative(extend_by_key, a, b, c)
    for key, values in extend_by_key(a, b).items():
        assert values == a.get(key, ()) + b.get(key, ())


@LAW
@given(sentences, sentences, sentences)
def test_union_is_associative_and_says_everything_once(a, b, c):
    check_associative(union, a, b, c)
    assert union(a, a) == tuple(dict.fromkeys(a))
    assert sorted(union(a, b)) == sorted({*a, *b})


@LAW
@given(verdicts(), verdicts(), verdicts())
def test_keeping_the_better_is_associative(a, b, c):
    check_associative(keep_better, a, b, c)


@LAW
@given(verdicts(), verdicts())
def test_a_decision_beats_unknown_then_the_surer_wins_and_no_vote_is_lost(a, b):
    merged = keep_better(a, b)
    assert set(merged) == set(a) | set(b)
    for key in set(a) & set(b):
        kept, both = merged[key], (a[key], b[key])
        decided = [v for v in both if v.answer != "unknown"] or list(both)
        assert (kept.answer, kept.confidence, kept.uncertain) in {(v.answer, v.confidence, v.uncertain) for v in decided}
        assert kept.confidence == max(v.confidence for v in decided)
        assert set(kept.votes) == {vote for v in both for vote in v.votes}
        assert len(kept.votes) == len(set(kept.votes))


@LAW
@given(verdicts())
def test_the_same_verdict_twice_changes_nothing(a):
    assert keep_better(a, a) == a


@LAW
@given(verdicts(), mappings, tuples, sentences)
def test_nothing_is_neutral(some, mapping, values, texts):
    for merge, value in ((keep_better, some), (merge_by_key, mapping), (extend_by_key, values)):
        assert merge(None, value) == value
        assert merge(value, None) == value
        assert merge(value, {}) == value
    assert union(None, texts) == union(texts, None) == union(texts, ())


@LAW
@given(verdicts(), verdicts(), mappings, mappings, tuples, tuples)
def test_merging_leaves_its_inputs_alone(a, b, c, d, e, f):
    before = [dict(some) for some in (a, b, c, d, e, f)]
    keep_better(a, b)
    merge_by_key(c, d)
    extend_by_key(e, f)
    assert [a, b, c, d, e, f] == before
