"""Several questions typed as one: each is answered, "show me" shows what the answer beside it is about, and nothing is dropped in silence."""

from __future__ import annotations

import pytest
from canned_talk import answered, facts_for, reports
from hypothesis import find

from viddiff.agent.chat.embedded import EmbeddedChatter
from viddiff.agent.chat.facts import Facts
from viddiff.agent.chat.intents import Scene
from viddiff.agent.chat.question_parts import parts_of
from viddiff.agent.chat.understanding import Understanding
from viddiff.memory.conversation import Reply, Turn
from viddiff.memory.report import Report
from viddiff.memory.state import Plan
from viddiff.memory.values import Difference, Evidence, KeyFrame


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("Who went deeper? Show me.", ("Who went deeper", "show me")),
        ("Show me. Who went deeper?", ("Who went deeper?", "show me")),
        ("Who went deeper and show me", ("Who went deeper", "show me")),
        ("who went deeper, where?", ("who went deeper", "show me")),
        ("Who went deeper? Please show.", ("Who went deeper", "show me")),
        ("No, A did. Show me.", ("No, A did", "show me")),
        ("Who went deeper and who leans more?", ("Who went deeper", "who leans more?")),
        ("Who is faster, why?", ("Who is faster", "why?")),
        ("Who went deeper? Show me. Is it the same on rep 2?", ("Who went deeper?", "show me", "Is it the same on rep 2?")),
        ("No, A did. And who leans more?", ("No, A did", "who leans more?")),
        ("Hi, who went deeper?", ("Hi, who went deeper?",)),
        ("at the bottom, whose knees are more bent?", ("at the bottom, whose knees are more bent?",)),
        ("A is deeper, isn't it?", ("A is deeper, isn't it?",)),
        ("show me the bottom", ("show me the bottom",)),
        ("show me", ("show me",)),
    ],
)
def test_where_a_question_ends(typed: str, parts: tuple[str, ...]) -> None:
    assert parts_of(typed) == parts


SEEN = Evidence(a=(KeyFrame(time_s=1.25, frame=31),), b=(KeyFrame(time_s=2.5, frame=62),))
ASKED = [
    ("Did I lean further forward? Show me.", [("which", "torso_forward_lean"), ("show", "torso_forward_lean")]),
    ("who went deeper? prove it", [("which", "depth"), ("show", "depth")]),
    ("who went deeper, let me see it", [("which", "depth"), ("show", "depth")]),
    ("Who went deeper and who leans more?", [("which", "depth"), ("which", "torso_forward_lean")]),
    ("who is faster, why?", [("why", "duration")]),
    ("is A deeper and faster?", [("which", "depth"), ("which", "duration")]),
    ("who bends the knees more and the elbows less?", [("which", "knee_flexion"), ("which", "elbow_flexion")]),
    ("whose knees and elbows are more bent?", [("which", "knee_flexion"), ("which", "elbow_flexion")]),
    ("who went deeper and is sadder?", [("which", "depth"), ("unknown", "")]),
    ("Who went deeper? Thanks!", [("which", "depth")]),
    ("I am in A. Did I go deeper?", [("people", ""), ("which", "depth")]),
    ("please show me who went deeper, thanks", [("show", "depth")]),
    ("show me who smiles more", [("unmeasurable", "")]),
    ("show me where B is sadder", [("unmeasurable", "")]),
    ("who keeps the left and right arm straighter?", [("which", "elbow_flexion")]),
    ("who is deeper, is it A?", [("which", "depth")]),
]


@pytest.mark.parametrize(("typed", "expected"), ASKED)
def test_what_each_of_them_asks(understanding: Understanding, squat_stages, typed: str, expected: list[tuple[str, str]]) -> None:
    asked = understanding.each(typed, Scene(stages=squat_stages))
    assert [(a.intent.kind, a.intent.question.quantity if a.intent.question else "") for a in asked] == expected


def test_the_next_question_goes_on_from_the_last(understanding: Understanding) -> None:
    on_one_side = understanding.understand(
        "and the left one?", Scene(), ["whose elbows are straighter? who bends the knees more? show me"]
    )
    assert on_one_side.question is not None
    assert (on_one_side.question.quantity, on_one_side.question.side) == ("knee_flexion", "left")


@pytest.fixture(scope="module")
def made(understanding: Understanding) -> tuple[Plan, Report]:
    """A report that has depth and the elbows decided, and nothing on how the torso leans."""
    plan, report = find(reports(understanding.reader), lambda _: True)
    texts = ("the hips sink deeper", "the elbows are straighter")
    planned = [
        Difference(id=f"d{n}", description=text, question=understanding.reader.read(text).question)
        for n, text in enumerate(texts)
    ]
    told = [
        report.differences[0].model_copy(
            update={"id": d.id, "description": d.description, "answer": "a", "evidence": SEEN, "votes": ()}
        )
        for d in planned
    ]
    return (
        plan.model_copy(update={"differences": tuple(planned)}),
        report.model_copy(update={"differences": tuple(told)}),
    )


def _ask(understanding: Understanding, made: tuple[Plan, Report], question: str, *turns: Turn) -> tuple[Reply, Facts]:
    return answered(EmbeddedChatter(understanding.reader), facts_for(*made, question, turns=turns), understanding.reader)


def _id(made: tuple[Plan, Report], text: str) -> str:
    return next(d.id for d in made[1].differences if d.description == text)


def test_frames_are_those_of_the_very_answer(understanding: Understanding, made: tuple[Plan, Report]) -> None:
    before = Turn(question="whose elbows are straighter?", reply=Reply(text="", about=(_id(made, "the elbows are straighter"),)))
    reply, _ = _ask(understanding, made, "Who went deeper? Show me.", before)
    assert reply.about == (_id(made, "the hips sink deeper"),)
    said, shown = reply.text.split("\n\n")
    assert "the hips sink deeper" in said
    assert shown.startswith(("Put these instants side by side:\n- The hips sink deeper",))


def test_both_are_answered_although_one_must_be_measured_first(understanding: Understanding, made: tuple[Plan, Report]) -> None:
    reply, facts = _ask(understanding, made, "Who leans further forward and who went deeper?")
    assert [call.arguments for call in facts.results] == [{"statements": ["the torso leans further forward"]}]
    assert reply.about == ("asked-2", _id(made, "the hips sink deeper"))


def test_a_part_that_is_not_understood_is_named(understanding: Understanding, made: tuple[Plan, Report]) -> None:
    reply, _ = _ask(understanding, made, "Who went deeper and who is sadder?")
    assert "the hips sink deeper" in reply.text
    assert reply.text.endswith("I did not understand “who is sadder”.")


@pytest.mark.parametrize("typed", ["Does A smile more? Show me.", "How many reps? Show me."])
def test_nothing_else_is_shown_where_the_answer_has_no_frames(
    understanding: Understanding, made: tuple[Plan, Report], typed: str
) -> None:
    before = Turn(question="who goes deeper?", reply=Reply(text="", about=(_id(made, "the hips sink deeper"),)))
    reply, _ = _ask(understanding, made, typed, before)
    assert reply.text.endswith("There are no frames to show for that.")
    assert reply.citations == ()


def test_a_correction_is_written_down_once_and_shown(understanding: Understanding, made: tuple[Plan, Report]) -> None:
    before = Turn(question="who goes deeper?", reply=Reply(text="", about=(_id(made, "the hips sink deeper"),)))
    reply, facts = _ask(understanding, made, "No, it's the other way round. Show me.", before)
    assert [result.name for result in facts.results] == ["correct_difference"]
    assert reply.text.startswith("Noted.")
    assert "Put these instants side by side:" in reply.text


def test_a_correction_after_a_question_is_not_taken_for_one(understanding: Understanding, made: tuple[Plan, Report]) -> None:
    reply, facts = _ask(understanding, made, "Who went deeper? I think it was B.")
    assert facts.results == ()
    assert reply.text.endswith("If “I think it was B” is a correction, please say it on its own.")


ELBOWS = ("the elbows are straighter", "the hips sink deeper")


@pytest.mark.parametrize(
    ("typed", "after", "corrected"),
    [
        ("You are wrong, it is the left knee", ELBOWS[0], None),
        ("You are wrong, it is the left elbow", ELBOWS[0], ELBOWS[0]),
        ("You are wrong, it is the left elbow", ELBOWS[1], ELBOWS[0]),
        ("no, the left one", ELBOWS[0], ELBOWS[0]),
        ("no, the knees are the same", ELBOWS[0], None),
        ("no, the elbows are the same", ELBOWS[1], ELBOWS[0]),
    ],
)
def test_a_correction_is_about_something_that_is_there(
    understanding: Understanding, made: tuple[Plan, Report], typed: str, after: str, corrected: str | None
) -> None:
    before = Turn(question="what about it?", reply=Reply(text="", about=(_id(made, after),)))
    reply, facts = _ask(understanding, made, typed, before)
    assert [result.arguments["difference_id"] for result in facts.results] == ([_id(made, corrected)] if corrected else [])
    assert corrected or "is about the knees. What do you mean?" in reply.text


def test_of_two_that_may_be_meant_none_is_corrected(understanding: Understanding, made: tuple[Plan, Report]) -> None:
    plan, report = made
    text = "the elbows flare out more"
    more = Difference(id="d9", description=text, question=understanding.reader.read(text).question)
    told = report.differences[0].model_copy(update={"id": "d9", "description": text})
    two = (
        plan.model_copy(update={"differences": (*plan.differences, more)}),
        report.model_copy(update={"differences": (*report.differences, told)}),
    )
    reply, facts = _ask(understanding, two, "no, it is the left elbow")
    assert facts.results == ()
    assert reply.text.startswith("Which do you mean: “the elbows are straighter” or “the elbows flare out more”?")


@pytest.mark.parametrize("question", [typed for typed, _ in ASKED])
def test_the_answer_ends_whatever_the_report_says(understanding: Understanding, question: str) -> None:
    for seed in range(3):
        made = find(reports(understanding.reader), lambda made, seed=seed: len(made[1].differences) > seed)
        assert _ask(understanding, made, question)[0].text
