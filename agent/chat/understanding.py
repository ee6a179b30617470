"""From a question to an intent, by rule: what kind of question it is, what it names, and what it takes from the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ...memory.values import Question
from ...tools.statement import Reading, StatementReader
from ...tools.statement.lexicon import Lexicon, load_lexicon
from . import slots
from .asked_statement import statement_in
from .intents import Intent, Kind, Said, Scene
from .people_named import people_in
from .question_parts import SHOW, halves, parts_of
from .question_text import marked, mended, plain
from .question_words import QuestionWords, load_question_words

REMEMBERED = 8
"""Questions before this one that it may go on from."""
_PASSING = frozenset(
    {"help", "thanks", "hello", "bye", "maker", "cost", "model", "clip", "people", "people_side", "who", "unknown"}
)
"""Kinds that nothing goes on from."""
_ABOUT_SOMETHING = frozenset({"show", "why", "sure", "measured", "correct", "best_repetition", "repeat", "which"})
_POLITE = frozenset({"hello", "thanks"})
_ANSWERING_BOTH = frozenset({"why", "sure", "measured"})
"""Kinds whose answer begins with what the question before them asked."""
_NAMING = frozenset({"which", "topic"})
_GOING_ON = frozenset({None, "stage", "repeat", "better"})
_COMPARING = re.compile(
    r"\b(?:more|less|fewer|most|least|further|farther|better|\w{2,}(?<!numb)(?<!oth)(?<!lat)(?<!ev)er|\w{3,}est)\b"
)
_CHOOSING = re.compile(r"\b(?:who|whose|which)\b|^(?:is|are|was|were|do|does|did|has|have|am)\b")
_UNCLEAR = re.compile(r"does not know how|names nothing|is empty|which part|but not what|longer than")
_OWN_VERB = re.compile(r"who (?:is|was|are|were|has|had|does|did) ")
_REPETITION = re.compile(r"\b(?:rep|repetition|one)s?\b")
_BESIDE = re.compile(r"\b(?:clip[ab]|left|right|(?:\d+(?:\.\d+)?) ?(?:s|sec|secs|seconds?)?|frame)\b")


NOWHERE = Scene()


class Asked(NamedTuple):
    """One question, as typed and as understood."""

    text: str
    intent: Intent


class Understanding:
    """Reads questions with one lexicon, loaded when first used; hold on to it."""

    def __init__(self, reader: StatementReader | None = None) -> None:
        self._given = reader

    @cached_property
    def reader(self) -> StatementReader:
        """Reads the statements that questions ask about."""
        return self._given or StatementReader(self._lexicon)

    @cached_property
    def _lexicon(self) -> Lexicon:
        return load_lexicon()

    @cached_property
    def words(self) -> QuestionWords:
        """The lexicon of questions."""
        return load_question_words()

    @cached_property
    def _known(self) -> frozenset[str]:
        words = self.words.known | {word for phrase in self._lexicon.phrases for word in phrase if word.isalpha()}
        return words | {
            word + ending for word in words if len(word) > 3 and not word.endswith("s") for ending in ("er", "est", "s", "ing")
        }

    def understand(self, question: str, scene: Scene = NOWHERE, earlier: Sequence[str] = ()) -> Intent:
        """What a question asks; of several in one what the last one asks, which the next question may go on from.

        Args:
            question: As typed.
            scene: Stages of the action, and who is in the clips.
            earlier: The questions before it, the newest last.
        """
        return self.each(question, scene, earlier)[-1].intent

    def each(self, question: str, scene: Scene = NOWHERE, earlier: Sequence[str] = ()) -> tuple[Asked, ...]:
        """What each of the questions in one asks, in the order of their answers; see `understand`."""
        last: Intent | None = None
        for asked in earlier[-REMEMBERED:]:
            intent = self._each(asked, scene, last)[-1].intent
            last = last if intent.kind in _PASSING else intent
        return self._each(question, scene, last)

    def _each(self, question: str, scene: Scene, last: Intent | None) -> tuple[Asked, ...]:
        whole = Asked(question, self._one(question, scene, last))
        found: list[Asked] = []
        for text in parts_of(question):
            intent = self._one(text, scene, last)
            if text == SHOW and found:
                intent = _about(Intent(kind="show"), found[-1].intent)
            elif found and intent.kind in _ANSWERING_BOTH and intent.question is None and not intent.topic:
                intent = _about(intent, found.pop().intent) if found[-1].intent.kind in _NAMING else intent
            found += self._both(text, scene, intent)
            last = last if intent.kind in _PASSING else found[-1].intent
        found = [asked for asked in found if asked.intent.kind not in _POLITE] or found
        return tuple(found) if _apart(found) else (whole,)

    def _both(self, text: str, scene: Scene, intent: Intent) -> list[Asked]:
        """A question, or the two that it is where it says two things, or one of two parts of the body."""
        if intent.kind == "which" and intent.question is not None:
            for one, other in halves(text, [topic.words for topic in self.words.topics.values()]):
                first, second = (Asked(half, self._one(half, scene, None)) for half in (one, other))
                if _COMPARING.search(other) and _differ(first.intent, second.intent, _OWN_VERB.match(other) is not None):
                    second = second._replace(intent=second.intent.model_copy(update={"video": first.intent.video}))
                    return [first, second]
        return [Asked(text, intent)]

    def _one(self, question: str, scene: Scene, last: Intent | None) -> Intent:
        text = marked(question, scene.people)
        if people := people_in(text):
            return Intent(kind="people", a=people.get("a", ""), b=people.get("b", ""))
        asked = plain(text)
        intent = self._read(asked, scene, last)
        if intent.kind == "unknown" and (better := mended(asked, self._known, self.words.ordinary)) != asked:
            return self._read(better, scene, last)
        return intent

    def _read(self, text: str, scene: Scene, last: Intent | None) -> Intent:
        names = slots.named(text, self.words, scene.stages, scene.people)
        kind, more = self._kind(text), self._more(text, names)
        if not more and last is not None and kind in _GOING_ON and (went_on := _gone_on(text, names, last)):
            return went_on
        if kind is None and not more and "phase" in names:
            return Intent(kind="stage", **names)
        about = _REPETITION.sub(" ", text) if kind == "best_repetition" else text
        statement, reading = statement_in(about, self.words, self.reader)
        intent = Intent(kind=kind or "unknown", question=reading.question, statement=statement, **names)
        unread = kind == "show" and intent.question is None and not intent.topic and _COMPARING.search(statement)
        if kind is None or unread:
            return _asked(intent.model_copy(update={"kind": "unknown"}), text, reading)
        if kind == "correct":
            return intent.model_copy(update={"answer": _answer_given(text, intent)})
        return _specified(intent, len(reading.words) > 1, "differences" in text)

    def _kind(self, text: str) -> Kind | None:
        return next((kind for kind, patterns in self.words.kinds if any(pattern.search(text) for pattern in patterns)), None)

    def _more(self, text: str, names: dict[str, object]) -> str:
        """What a question says beside the clip, side, moment or repetition that it names."""
        rest = _BESIDE.sub(" ", text)
        if match := self.words.repetition.search(rest):
            rest = rest[: match.start()] + rest[match.end() :]
        for phase, pattern in self.words.phases:
            rest = pattern.sub(" ", rest) if phase == names.get("phase") else rest
        return self.words.elided.sub(" ", rest).strip(" ,")


def _about(intent: Intent, first: Intent) -> Intent:
    """A question that names nothing, about what the one before it names."""
    named = {"question", "statement", "topic", "body_side", "phase"} if first.kind in _NAMING else set()
    return intent.model_copy(update={name: getattr(first, name) for name in named})


def _differ(one: Intent, other: Intent, has_verb: bool) -> bool:
    if one.kind != "which" or one.question is None:
        return False
    if other.kind != "which" or other.question is None:
        return has_verb or other.kind == "unmeasurable"
    return other.question.quantity != one.question.quantity


def _apart(found: Sequence[Asked]) -> bool:
    """Whether these are questions of their own; one that is asked twice is one question."""
    names = [(asked.intent.question, asked.intent.topic) for asked in found if asked.intent.kind in _NAMING]
    understood = any(asked.intent.kind != "unknown" for asked in found if asked.text != SHOW)
    return understood and not any(names.count(name) > 1 for name in names)


def _gone_on(text: str, names: dict[str, object], last: Intent) -> Intent | None:
    """The last question with what this one changes: "and the left one?"."""
    other = re.search(r"\bother (?:one|clip|video|person)\b", text)
    if not (names or other or re.search(r"\bagain\b", text)):
        return None
    if other and "video" not in names:
        names = {**names, "video": "b" if last.video == "a" else "a"}
    return _merged(last, names)


def _merged(last: Intent, names: dict[str, object]) -> Intent | None:
    new = Intent.model_validate({"kind": last.kind, **names})
    if new.time_s is not None or new.frame is not None:
        return None
    if new.repetition is not None:
        return last.model_copy(update={"kind": "choose" if last.kind == "choose" else "repeat", "repetition": new.repetition})
    changed = {name: value for name, value in names.items() if name in ("video", "body_side", "stage", "phase")}
    question = last.question
    if question is not None:
        question = question.model_copy(update={"side": new.body_side} if new.body_side else {})
        question = question.model_copy(update={"phase": new.phase, "statistic": _still(question)} if new.phase else {})
    elif "phase" in changed and last.kind not in ("when", "length", "stage"):
        return None
    kind = last.kind if last.kind != "repeat" or question is None else "which"
    return last.model_copy(update={**changed, "question": question, "kind": kind})


def _still(question: Question) -> str:
    """An extreme over the whole movement is a level at one moment of it."""
    return "level" if question.statistic in ("maximum", "minimum") else question.statistic


def _asked(intent: Intent, text: str, reading: Reading) -> Intent:
    """A question that no pattern tells: about a statement, a topic or a stage."""
    comparing = _COMPARING.search(text) is not None
    choosing = re.match(r"who|whose|which", text) or (intent.phase and _CHOOSING.search(text))
    if reading.question is not None and (len(reading.words) > 1 or not intent.topic or comparing or choosing):
        return intent.model_copy(update={"kind": "which", **_of_whom(text)})
    unclear = _UNCLEAR.search(reading.unmeasurable) is not None
    if reading.unmeasurable and (comparing or _CHOOSING.search(text)) and not unclear and not intent.topic:
        return intent.model_copy(update={"kind": "unmeasurable", "reason": reading.unmeasurable})
    if intent.topic:
        return intent.model_copy(update={"kind": "topic"})
    if intent.phase:
        return intent.model_copy(update={"kind": "stage"})
    return intent


def _of_whom(text: str) -> dict[str, object]:
    """What a question that chooses between the clips takes back: "who ..., A or B?" says of neither that it shows more."""
    return {"video": None} if re.search(r"\b(?:who|whose|which)\b", text) else {}


def _specified(intent: Intent, spelled_out: bool, several: bool) -> Intent:
    """The same kind of question asked about one thing only is another kind."""
    about = spelled_out and intent.question is not None
    if intent.kind in ("summary", "same") and (about or intent.topic):
        return intent.model_copy(update={"kind": "topic" if intent.topic else "which"})
    if intent.kind in ("summary", "show") and intent.phase and not about and not intent.topic:
        return intent.model_copy(update={"kind": "stage"})
    if intent.kind == "show" and intent.video and not intent.topic and intent.question is None and intent.phase:
        return intent.model_copy(update={"kind": "when"})
    if intent.kind == "biggest":
        return intent.model_copy(update={"question": None, "count": intent.count or (3 if several else 1)})
    if intent.kind not in _ABOUT_SOMETHING:
        return intent.model_copy(update={"question": None})
    return intent if about or not intent.topic else intent.model_copy(update={"question": None})


def _answer_given(text: str, intent: Intent) -> Said | None:
    """What the user says it is."""
    if re.search(r"\b(?:same|equal|equally|identical|no difference|not? (?:see )?(?:any|a) difference)\b", text):
        return "same"
    if re.search(r"\b(?:other way|opposite|reverse|other one|mixed|backwards|wrong way round)\b", text):
        return "other"
    if re.search(r"\bcan not (?:tell|know|be told|be seen)\b", text):
        return "unknown"
    if intent.body_side is not None and intent.video is None:
        return None
    said = re.sub(r"\bnot (?:in )?clip[ab]\b", " ", text)
    clips = re.findall(r"\bclip([ab])\b", said)
    return intent.video if intent.video and (clips or intent.question) else None
