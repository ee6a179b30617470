"""What a run will cost, said before the first paid request and again when its questions are ready."""

from __future__ import annotations

from math import ceil

from ..memory.state import RunInput
from ..prompts.rendering import render
from ..tools.ask_vlm import Prepared
from ..tools.models.budget import LONGEST_REPLY, PER_ANSWER, Budget, Estimate, estimate, sum_of, weighed
from ..tools.models.prices import Price
from ..tools.models.schemas import form_of
from ..tools.models.tokens import text_tokens
from ..tools.propose_model import Proposal
from ..tools.vlm_questions import QUESTION, SYSTEM
from ..tools.vlm_votes import ORDERS, ModelReply
from .context import Context
from .events import Estimated
from .tool_calls import tools_text

STILL_SHEET, MOVING_SHEET = 425, 1105
"""Tokens of a sheet with one picture of each video, and of one with three, by the tile rule (`image_tokens`)."""
ALONE = 2
"""Sets of pictures: so many, one for every second difference, and one for every further look."""
PER_STATEMENT, PER_ID = 20, 8
"""Tokens of a statement with its id, and of an id in a list, about."""
STAGES, PER_STAGE = 5, 160
"""At most so many stages are proposed, each with its description and its retrieval sentences."""
FIRST_TURNS, TURNS_AGAIN = 4, 3
"""Turns of a planner that wastes none: propose, retrieve, measure, ask; and for every further look: retrieve, measure, ask."""
PER_TURN, STATUS_WORDS = 120, 90
"""Tokens of a tool call with its result, and of a status, without their ids."""


def before_run(context: Context, request: RunInput) -> Estimated | None:
    """What the run will cost, from the number of differences alone; None where no remote model is used."""
    texts = [f"[{s.id}] {s.description}" for s in request["statements"]]
    count = len(texts) or request["max_differences"]
    words = sum(map(text_tokens, texts)) or count * PER_STATEMENT
    low, high = [], []
    if (planner := context.planner_sender) is not None:
        further = TURNS_AGAIN * (context.settings.max_attempts - 1)
        turns = (FIRST_TURNS, min(FIRST_TURNS + further, context.settings.max_steps))
        fewest, most = (_planning(context, request, count, each, planner.price) for each in turns)
        proposal = _proposing(request, count, words, planner.price)
        low += [fewest, proposal]
        high += [most, proposal]
    if (vlm := context.vlm_sender) is not None:
        sets = min(count, ALONE + ceil(count / 2)) + context.settings.max_attempts - 1
        low.append(_questions(count, words, 1, vlm.price))
        high.append(_questions(count, words, sets, vlm.price))
    if not high:
        return None
    low, high = sum_of(low), sum_of(high)
    return Estimated(
        about="run", low=low, high=high, warning=_short(context.budget, high, "the last questions and further looks")
    )


def of_questions(context: Context, prepared: Prepared) -> Estimated:
    """What the questions will cost that are ready to be put, those whose answers are kept from an earlier run included."""
    assert context.vlm_sender is not None
    answers = sum(len(each.group.differences) for each in prepared.askings)
    high = estimate(prepared.asks, context.vlm_sender.price, form=form_of(ModelReply).text, answers=answers)
    return Estimated(about="questions", low=high, high=high, warning=_short(context.budget, high, "the last of these questions"))


def _planning(context: Context, request: RunInput, count: int, turns: int, price: Price) -> Estimate:
    system = render("planner", action=request["action"], setting=request["setting"])
    tools = tools_text(context.toolbox.offered.values())
    each = PER_TURN + STATUS_WORDS + 2 * count * PER_ID
    # Every turn reads all that was said before it.
    read = turns * (text_tokens(system + tools) + STATUS_WORDS + count * PER_ID) + each * turns * (turns - 1) // 2
    return weighed(
        price, calls=turns, input_tokens=read, output_tokens=turns * (PER_TURN + count * PER_ID), longest=LONGEST_REPLY
    )


def _proposing(request: RunInput, count: int, words: int, price: Price) -> Estimate:
    name, rest = ("propose_closed", {"statements": ""}) if request["statements"] else ("propose", {"count": str(count)})
    frame = render("propose_system") + render(name, action=request["action"], **rest) + form_of(Proposal).text
    told = STAGES * PER_STAGE + 2 * words + count * PER_ID
    return weighed(price, calls=1, input_tokens=text_tokens(frame) + words, output_tokens=told, longest=LONGEST_REPLY)


def _questions(count: int, words: int, sets: int, price: Price) -> Estimate:
    """Questions about `count` differences that need `sets` sets of pictures."""
    frame = render(SYSTEM) + render(QUESTION, action="", shown="", statements="") + form_of(ModelReply).text
    calls = len(ORDERS) * sets
    pictures = STILL_SHEET if sets == 1 else (STILL_SHEET + MOVING_SHEET) / 2
    read = calls * (text_tokens(frame) + pictures * price.image_scale) + len(ORDERS) * words
    told = len(ORDERS) * count * PER_ANSWER
    return weighed(price, calls=calls, input_tokens=ceil(read), output_tokens=told, longest=LONGEST_REPLY, images=calls)


def _short(budget: Budget, wanted: Estimate, last: str) -> str:
    """What will be left out where the limits of the run are too small for what is wanted; empty where they are not."""
    used = budget.used()
    over: list[str] = []
    if budget.max_calls is not None and used.calls + wanted.calls > budget.max_calls:
        over.append(f"{wanted.calls} calls and {max(budget.max_calls - used.calls, 0)} left of --max-calls {budget.max_calls}")
    if budget.max_cost_usd is not None and wanted.price_known and used.cost_usd + wanted.cost_usd > budget.max_cost_usd:
        left = max(budget.max_cost_usd - used.cost_usd, 0.0)
        over.append(f"${wanted.cost_usd:.3f} and ${left:.3f} left of --max-cost {budget.max_cost_usd:g}")
    return f"this may take {', and '.join(over)}: {last} may be left out, and measurement alone decides those" if over else ""
