"""No answer says more than the facts hold: every number, instant and letter comes from the report or from a tool's result."""

from __future__ import annotations

import asyncio
import re

import pytest
from canned_talk import answered, facts_for, known_numbers, reports
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from phrase_files import phrases

from viddiff.agent.chat.embedded import ANSWERS, EmbeddedChatter
from viddiff.agent.chat.intents import Kind, Scene
from viddiff.agent.chat.understanding import Understanding
from viddiff.memory.conversation import Reply, Turn, citations_in

QUESTIONS = [p.question for p in (*phrases("phrases.txt"), *phrases("stranger_phrases.txt"))]
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
QUOTED = re.compile(r"“[^”]*”")


@pytest.fixture(scope="module")
def chatter(understanding: Understanding) -> EmbeddedChatter:
    return EmbeddedChatter(understanding.reader)


def wrong_numbers(text: str, known: set[float]) -> list[str]:
    """Numbers that are no known number rounded as they are."""
    bare = QUOTED.sub(" ", text)
    return [said for said in NUMBER.findall(bare) if not any(_is(float(said), number, said) for number in known)]


def _is(said: float, number: float, text: str) -> bool:
    places = len(text.partition(".")[2])
    return abs(said - number) <= 0.5001 * 10**-places


laws = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@laws
@given(data=st.data())
def test_numbers_instants_and_letters_are_known(
    chatter: EmbeddedChatter, understanding: Understanding, data: st.DataObject
) -> None:
    plan, report = data.draw(reports(understanding.reader))
    about = tuple(data.draw(st.lists(st.sampled_from([d.id for d in report.differences]), max_size=2)))
    people = data.draw(st.sampled_from([{}, {"a": "you"}, {"a": "you", "b": "Tom"}]))
    before = (Turn(question="who goes deeper?", reply=Reply(text="", about=about)),)
    facts = facts_for(plan, report, data.draw(st.sampled_from(QUESTIONS)), turns=before, people=people)
    reply, facts = answered(chatter, facts, understanding.reader)
    assert reply.text
    assert wrong_numbers(reply.text, known_numbers(facts)) == []
    assert [(c.video, f"{c.time_s:.2f}") for c in reply.citations] == [
        (cited[1].lower(), cited[2]) for cited in re.finditer(r"\[([AB]) (\d+\.\d\d) s\]", reply.text)
    ]
    known = {d.id: d for d in facts.report.differences}
    assert set(reply.about) <= set(known)
    for line in reply.text.splitlines():
        for d in known.values():
            assert not _says_otherwise(line, d.description, d.answer)


def _says_otherwise(line: str, description: str, answer: str) -> bool:
    """Whether a line says that the other clip shows a statement, where it is not told of one repetition or by the user."""
    if "epetition" in line or "You told" in line:
        return False
    said = re.search(rf"^(?:- )?In (?:\w+'s clip |your clip )?\(?([AB])\)?, {re.escape(description)}:", line)
    return said is not None and said[1].lower() != answer and answer in ("a", "b", "same")


def test_the_check_of_numbers_sees_a_wrong_one() -> None:
    assert wrong_numbers("In A 31 degrees [A 1.25 s], 12 in B", {30.6, 1.25}) == ["12"]


def test_every_kind_of_question_has_an_answer(understanding: Understanding) -> None:
    kinds = set(Kind.__args__)
    assert set(ANSWERS) == kinds
    asked = {understanding.understand(p.question, Scene(), p.after).kind for p in phrases("phrases.txt")}
    assert asked | {"stage", "when", "length"} == kinds


@laws
@given(data=st.data())
def test_examples_that_are_given_work(chatter: EmbeddedChatter, understanding: Understanding, data: st.DataObject) -> None:
    plan, report = data.draw(reports(understanding.reader))
    reply, _ = answered(chatter, facts_for(plan, report, "what's the weather?"), understanding.reader)
    examples = [quoted.strip("“”") for quoted in QUOTED.findall(reply.text)]
    assert len(examples) == 3
    kinds = {understanding.understand(example, Scene(stages=plan.stages)).kind for example in examples}
    assert not kinds & {"unknown", "unmeasurable"}


def test_what_is_streamed_is_the_answer(chatter: EmbeddedChatter, understanding: Understanding) -> None:
    plan, report = find(reports(understanding.reader), lambda _: True)
    told: list[tuple[str, bool]] = []
    reply = asyncio.run(chatter.respond(facts_for(plan, report, "help"), lambda text, anew: told.append((text, anew))))
    assert isinstance(reply, Reply)
    assert "".join(text for text, _ in told) == reply.text
    assert [anew for _, anew in told] == [True] + [False] * (len(told) - 1)
    assert citations_in(reply.text) == ()
