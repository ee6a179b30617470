"""Statements as a stranger writes them, against the questions they ask."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory.values import Question
from viddiff.tools.catalog import CATALOG, QuantityEntry
from viddiff.tools.statement import Reading, StatementReader, read_statement
from viddiff.tools.statement.lexicon import load_lexicon

HERE = Path(__file__).parent
READER = StatementReader()
SIDES = {"left", "right", "both", "either"}
STATISTICS = {"level", "maximum", "minimum", "range", "circle", "variability", "asymmetry", "left_over_right"}
PHASES = {
    "at the start": "start",
    "at the bottom": "bottom",
    "at the top of the movement": "top",
    "on the way up": "rising",
    "during the descent": "lowering",
    "when landing": "landing",
    "at impact": "strike",
    "on release": "release",
    "in the open position": "peak",
}


def expected(words: str) -> Question | None:
    """Read "quantity direction [side] [statistic] [phase] [occurrence]"; what is not said is both, level, whole, none."""
    if words == "none":
        return None
    quantity, direction, *rest = words.split()
    fields: dict[str, object] = {}
    for word in rest:
        key = "side" if word in SIDES else "statistic" if word in STATISTICS else "occurrence" if word.isdigit() else "phase"
        fields[key] = int(word) if word.isdigit() else word
    return Question.model_validate({"quantity": quantity, "direction": int(direction), **fields})


def table(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit("=>", 1) for line in lines if "=>" in line and not line.startswith("#")]
    return [(statement.strip(), question.strip()) for statement, question in rows]


PHRASES, HELD_OUT, TAXONOMY = table("phrases.txt"), table("heldout.txt"), table("taxonomy.txt")
STRANGERS, ACCEPTED = table("strangers.txt"), table("accepted.txt")


@pytest.mark.parametrize("name", ["phrases", "heldout", "taxonomy", "strangers", "accepted"])
def test_a_statement_asks_the_question_and_a_refusal_says_why(name: str) -> None:
    wrong = []
    for statement, question in table(f"{name}.txt"):
        reading = READER.read(statement)
        if reading.question != expected(question) or bool(reading.unmeasurable) != (question == "none"):
            wrong.append((statement, question, reading))
    assert wrong == []


def test_tables_are_as_large_as_promised() -> None:
    assert len(PHRASES) >= 250
    assert len(HELD_OUT) >= 250
    assert len(STRANGERS) >= 800
    assert len(ACCEPTED) >= 500
    assert len(TAXONOMY) == 120  # 147 statements, of which 120 differ


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("the splash is larger", "'splash'"),
        ("the tension on the thread is lower", "'tension'"),
        ("more confident", "'confident'"),
        ("the knees are more xyz", "'xyz'"),
        ("the knees", "'knees'"),
        ("the knees are more bent in video B than in video A", "without naming a video"),
        ("leans more to the left", "to the left or to the right"),
        ("the arms are at shoulder height", "higher or lower"),
        ("", "empty"),
        ("the knees are more bent " * 30, "longer than"),
    ],
)
def test_the_reason_names_what_is_in_the_way(statement: str, named: str) -> None:
    assert named in READER.read(statement).unmeasurable


@pytest.mark.parametrize("entry", CATALOG.values(), ids=lambda entry: entry.name)
def test_catalogue_sentences_are_opposites(entry: QuantityEntry) -> None:
    more, less = (READER.read(text).question for text in (entry.more, entry.less))
    assert more is not None
    assert less is not None
    assert (more.quantity, more.direction) == (entry.name, 1)
    assert (less.quantity, less.direction) == (entry.name, -1)


@pytest.mark.parametrize("entry", CATALOG.values(), ids=lambda entry: entry.name)
def test_a_phase_changes_neither_quantity_nor_direction(entry: QuantityEntry) -> None:
    for (text, direction), (words, phase) in itertools.product(((entry.more, 1), (entry.less, -1)), PHASES.items()):
        for placed in (f"{text} {words}", f"{words}, {text}"):
            question = READER.read(placed).question
            assert question is not None, placed
            assert (question.quantity, question.direction, question.phase) == (entry.name, direction, phase), placed


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("entry", [entry for entry in CATALOG.values() if entry.sided], ids=lambda entry: entry.name)
def test_a_side_changes_neither_quantity_nor_direction(entry: QuantityEntry, side: str) -> None:
    for text, direction in ((entry.more, 1), (entry.less, -1)):
        question = READER.read(text.replace("the ", f"the {side} ", 1)).question
        assert question is not None
        assert (question.quantity, question.direction, question.side) == (entry.name, direction, side)


@pytest.mark.parametrize("entry", CATALOG.values(), ids=lambda entry: entry.name)
def test_not_flips_the_direction(entry: QuantityEntry) -> None:
    for text, direction in ((entry.more, 1), (entry.less, -1)):
        verb = next((f" {verb} " for verb in ("are", "is") if f" {verb} " in text), None)
        if verb is None:
            continue
        question = READER.read(text.replace(verb, f"{verb}not ", 1)).question
        assert question is not None
        assert (question.quantity, question.direction) == (entry.name, -direction)


@pytest.mark.parametrize(
    ("statement", "opposite"),
    [
        ("the knees bend more", "the knees do not bend as much"),
        ("locks out the elbows", "fails to lock out the elbows"),
        ("pauses at the bottom", "goes up without pausing at the bottom"),
        ("the squat is deep", "the squat isn't deep"),
        ("the arms are raised higher", "the arms are raised less high"),
        ("the elbows flare out", "keeps the elbows from flaring"),
        ("higher speed of the arms", "lower speed of the arms"),
        ("wider elbow angle", "smaller elbow angle"),
        ("the left knee is higher than the right", "the right knee is higher than the left"),
    ],
)
def test_opposites(statement: str, opposite: str) -> None:
    one, other = READER.read(statement).question, READER.read(opposite).question
    assert one is not None
    assert other is not None
    assert (one.quantity, one.statistic, one.direction) == (other.quantity, other.statistic, -other.direction)


@pytest.mark.parametrize(
    "who", ["the arms", "the knee raise", "the person", "the side bend", "the lateral raise", "the torso", "the knees"]
)
def test_how_long_and_how_often_win_over_what_is_named(who: str) -> None:
    for text, quantity, direction in (
        (f"with {who} there is a longer pause at the bottom", "pause", 1),
        (f"the position of {who} is held for longer", "pause", 1),
        (f"moving {who} takes less time", "duration", -1),
        (f"more repetitions are done with {who}", "repetitions", 1),
    ):
        question = READER.read(text).question
        assert question is not None, text
        assert (question.quantity, question.direction) == (quantity, direction), text


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("the torso stays more vertical, without leaning sideways", "torso_side_lean -1"),
        ("the head is higher, looking further ahead", "head_pitch +1"),
        ("the descent stops earlier, with a shallower squat", "depth -1 maximum"),
        ("the knees are more bent, with the arms straighter", "knee_flexion +1"),
        ("the needle moves better, with the wrists straighter", "none"),
    ],
)
def test_a_later_clause_helps_only_where_the_first_is_vaguer(statement: str, question: str) -> None:
    assert READER.read(statement).question == expected(question)


def test_naming_one_video_changes_nothing() -> None:
    plain = READER.read("the knees are more bent")
    for text in (
        "in video A the knees are more bent",
        "the knees are more bent than in video b",
        "The knees are more bent than in the other clip.",
    ):
        assert READER.read(text).question == plain.question


def test_who_does_it_changes_nothing() -> None:
    plain = READER.read("the arms are straighter")
    for text in (
        "the pitcher's arms are straighter",
        "A person's arms are straighter",
        "she keeps her arms straighter",
        "the ninja's arms are straighter",
    ):
        assert READER.read(text).question == plain.question


def test_words_that_decided_are_told() -> None:
    assert READER.read("the left knee is more bent").words == ("knee", "bent")


def test_read_statement_is_a_fresh_reader() -> None:
    assert read_statement("the knees are more bent") == READER.read("the knees are more bent")


def test_every_quantity_can_be_asked_for() -> None:
    rules = {rule.quantity for rules in load_lexicon().rules.values() for rule in rules}
    assert rules == set(CATALOG)


def test_rules_name_only_parts_and_properties_that_have_words() -> None:
    lexicon = load_lexicon()
    known = {(tag.kind, tag.name) for tags in lexicon.phrases.values() for tag in tags}
    for part, attribute in lexicon.rules:
        assert part is None or ("part", part) in known
        assert attribute == "more" or ("attribute", attribute) in known


VOCABULARY = sorted(
    {word for phrase in load_lexicon().phrases for word in phrase}
    | {"xyz", "not", "left", "right", "than", "video", "a", "b", ",", "first", "step"}
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)))
def test_any_text_gives_a_question_or_a_reason(text: str) -> None:
    reading = READER.read(text)
    assert isinstance(reading, Reading)
    assert (reading.question is None) == bool(reading.unmeasurable)
    if reading.question:
        assert reading.question.quantity in CATALOG
        assert reading == READER.read(text.upper() if text.isascii() else text)
