import pytest
from pydantic import ValidationError

from viddiff.memory.values import Difference, Question, Repetition, Segment, Stage, Timeline, Verdict, Window


def segment(start: float = 0.0, end: float = 1.0) -> Segment:
    return Segment(start_s=start, end_s=end)


def test_values_are_frozen_and_refuse_what_they_do_not_know():
    with pytest.raises(ValidationError, match="frozen"):
        segment().start_s = 2.0  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ValidationError, match="extra"):
        Segment.model_validate({"start_s": 0, "end_s": 1, "length": 1})


def test_a_segment_ends_after_it_starts():
    assert segment(1, 1).end_s == 1
    with pytest.raises(ValidationError, match="before it starts"):
        segment(2, 1)
    with pytest.raises(ValidationError):
        segment(-1, 1)


def test_a_timeline_has_a_repetition_and_prefers_whole_ones():
    with pytest.raises(ValidationError):
        Timeline(repetitions=())
    cut, whole = (Repetition(segment=segment(), peak_s=0.5, partial=partial) for partial in (True, False))
    assert Timeline(repetitions=(cut, whole, whole)).complete == (whole, whole)
    assert Timeline(repetitions=(cut, cut)).complete == (cut, cut)


@pytest.mark.parametrize(
    "wrong", [{"direction": 0}, {"direction": 2}, {"side": "middle"}, {"statistic": "mean"}, {"phase": "noon"}, {"occurrence": 0}]
)
def test_a_question_asks_what_can_be_asked(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Question.model_validate({"quantity": "depth", "direction": 1, **wrong})


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_a_verdict_is_at_most_certain(confidence):
    with pytest.raises(ValidationError, match="confidence"):
        Verdict(id="1", answer="a", lean="a", confidence=confidence, reason="r")


def test_a_stage_can_be_retrieved():
    with pytest.raises(ValidationError, match="retrieval"):
        Stage(name="s", description="d", retrieval=())


def test_values_survive_a_round_trip_through_json():
    asked = Difference(id="1", description="d", question=Question(quantity="depth", direction=-1, phase="bottom", occurrence=2))
    for value in (
        asked,
        Window(segment=segment(), key_s=0.5, moving=True),
        Timeline(repetitions=(Repetition(segment=segment(), peak_s=0.5),)),
    ):
        assert type(value).model_validate_json(value.model_dump_json()) == value
