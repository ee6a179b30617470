"""Answers beside the matter: help, greetings, who is who, what it cost, which models, facts of the clips, and what is not understood."""

from __future__ import annotations

from ...memory.conversation import Reply
from ..output.wording import file_name, warnings
from .answers_overview import most_telling
from .facts import Facts
from .intents import Intent
from .phrasing import Names, Part, clips, counted, listed, reply_of, upper
from .targets import last_about
from .understanding import Understanding

EXAMPLES = ("who bends the knees more?", "show me", "what should I work on first?")
"""Questions that always work."""
_PLAIN = {
    "thanks": "You are welcome.",
    "hello": "Hello. Ask me how the two clips differ, or about a part of the body.",
    "bye": "Goodbye. This conversation is kept; you can take it up again.",
    "maker": "I am viddiff: a program that measures how two videos of the same action differ. "
    "I follow rules; no person and no language model writes these answers.",
}


def plain(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Greetings and the like; what was talked about stays what it is about."""
    return reply_of([Part(_PLAIN[intent.kind])])


def help_(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """What can be asked, with examples from this comparison."""
    stage = _telling_stage(facts)
    asked = (
        "“how do they differ?”, “the three biggest differences”, “what is the same?”, “what could you not tell?”",
        "“who bends the knees more?”, “what about the arms?”, “did I lean further forward?”",
        f"“compare the {stage}”, “at 2.3 seconds?”, “when does A reach the {stage}?”, “how many reps?”",
        "“show me”, “why?”, “how sure are you?”, “is it the same on the second repetition?”",
        "“you are wrong, it is the left knee”, “no, A did”, “I am in A, B is Tom”",
        "“what should I work on first?”, “how did it change since last time?”",
    )
    return reply_of(
        [Part("I answer from what I measured in the two clips. For example:"), *(Part(f"- {line}") for line in asked)]
    )


def unknown(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Plainly that it was not understood, with three questions that work here."""
    return reply_of([Part(f"I did not understand that. Try for example {_examples(facts)}.")], last_about(facts))


def unmeasurable(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Why something cannot be measured."""
    return reply_of(
        [Part(f"I cannot answer that; {intent.reason}."), Part(f"I can answer for example {_examples(facts)}.")],
        last_about(facts),
    )


def _examples(facts: Facts) -> str:
    stages = [f"compare the {stage}"] if (stage := _telling_stage(facts)) else []
    found = ["the three biggest differences", *stages] if most_telling(facts) else stages
    return listed([f"“{text}”" for text in (*found, *EXAMPLES)][:3], "or")


def _telling_stage(facts: Facts) -> str:
    """The stage at which most is to be seen."""
    there = {one.name for one in facts.report.stages if one.a and one.b}
    likely = (
        facts.plan.peak_stage,
        *(one.name for one in facts.plan.stages if {"bottom", "peak", "top"} & set(one.phases)),
        *there,
    )
    return next((name for name in likely if name in there), "")


def people(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Who is in which clip, once it is written down."""
    return reply_of([Part(f"Noted: {_who(facts)}.")], last_about(facts))


def people_side(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Left and right say nothing about the clips."""
    return reply_of(
        [Part("I know the clips as A and B, not as left and right. Is it A or B? Say for example “I am in A”.")],
        last_about(facts),
    )


def who(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Who is in which clip, as far as the user said."""
    if not facts.people:
        return reply_of([Part("Nobody told me who is in the clips. Say for example “I am in A, B is Tom”.")], last_about(facts))
    return reply_of([Part(f"{upper(_who(facts))}.")], last_about(facts))


def _who(facts: Facts) -> str:
    said = [f"{'you are' if name == 'you' else name + ' is'} in {side.upper()}" for side, name in sorted(facts.people.items())]
    return listed(said)


def cost(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """What the comparison used of remote models."""
    usage = facts.report.usage
    calls = usage.llm_calls + usage.vlm_calls
    if not calls:
        return reply_of([Part("Nothing: no remote model was asked.")])
    tokens = f"{usage.input_tokens} tokens in and {usage.output_tokens} out"
    return reply_of([Part(f"{counted(calls, 'model call')} with {tokens}: ${usage.cost_usd:.4f}.")])


def model(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """What works behind each seam."""
    used = facts.report.backends
    return reply_of(
        [
            Part("These answers are given by rule, without a language model."),
            Part(
                f"The comparison used planner {used.planner}, "
                f"proposer {used.proposer}, encoder {used.encoder}, decided by {listed(list(used.verifier))}."
            ),
        ]
    )


def clip(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Facts of the clips, with what to know before reading the answers."""
    parts = []
    for side in clips(intent.video):
        info = facts.report.of(side)
        said = f"{file_name(info)}, {info.duration_s:.2f} seconds at {info.fps:.4g} frames per second, {info.width} by {info.height} pixels"
        parts.append(Part(f"- {Names(facts.people).of(side)}: {said}."))
    noted = warnings(facts.report)
    return reply_of([Part("The clips:"), *parts, *(Part(f"- Note: {text}.") for text in noted)])
