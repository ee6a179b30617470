"""What holds of the memory wherever it lies: the same tests over SQLite and over a real PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Any, TypedDict

import pytest
from kept_values import ATTEMPT, CORRECTION, EVERYTHING, VERDICT, finished
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages

from viddiff.memory import conversation, report, state, values
from viddiff.memory.databases import Memory
from viddiff.memory.state import State
from viddiff.memory.values import Value


class Talk(TypedDict, total=False):
    said: str
    things: Annotated[list[Any], lambda old, new: [*(old or []), *new]]
    report: Any
    messages: Annotated[list[AnyMessage], add_messages]


def talk(memory: Memory):
    """A conversation of three steps a turn."""
    graph = StateGraph(Talk)
    graph.add_node("hear", lambda state: {"said": state["said"] + "!"})
    graph.add_node("think", lambda state: {"things": [state["said"]]})
    graph.add_edge(START, "hear")
    graph.add_edge("hear", "think")
    graph.add_edge("think", END)
    return graph.compile(checkpointer=memory.checkpointer)


def thread(id_: str) -> RunnableConfig:
    return RunnableConfig(configurable={"thread_id": id_})


async def states(memory: Memory, id_: str) -> int:
    return len([found async for found in memory.checkpointer.alist(thread(id_))])


def run(work) -> Any:
    return asyncio.run(work)


def test_one_of_every_value_is_tried():
    own = {
        found
        for module in (values, state, report, conversation)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Value) and found.__module__ == module.__name__
    }
    assert own - {Value} <= {type(value) for value in EVERYTHING}


def test_every_value_comes_back_as_it_was_after_reopening(place, caplog):
    async def keep():
        async with place() as memory:
            await talk(memory).ainvoke({"said": "x", "things": list(EVERYTHING), "report": finished()}, thread("1"))

    async def again():
        async with place() as memory:
            return (await talk(memory).aget_state(thread("1"))).values

    with caplog.at_level(logging.WARNING):
        run(keep())
        found = run(again())
    assert found["things"] == [*EVERYTHING, "x!"]
    assert [type(value) for value in found["things"][:-1]] == [type(value) for value in EVERYTHING]
    assert found["report"] == finished()
    assert found["report"].to_markdown()
    assert caplog.messages == []


def test_the_state_of_a_run_goes_on_after_reopening(place):
    """Tuples of the state come back as lists; its reducers must take both."""

    def graph(memory: Memory):
        built = StateGraph(State)
        built.add_node("look", lambda state: {"attempts": {"d1": (ATTEMPT,)}, "verdicts": {"d1": VERDICT}, "warnings": ("dark",)})
        built.add_edge(START, "look")
        return built.compile(checkpointer=memory.checkpointer)

    async def turn(inputs: Any):
        async with place() as memory:
            return await graph(memory).ainvoke(inputs, thread("1"))

    messages = [HumanMessage("hi", id="1"), AIMessage("", id="2"), ToolMessage("done", tool_call_id="c", id="3")]
    first = {"messages": messages, "corrections": (CORRECTION,), "attempts": {"d1": (ATTEMPT,)}}
    run(turn(first))
    later = run(turn({"messages": [HumanMessage("again", id="4")], "corrections": (CORRECTION,)}))
    assert list(later["attempts"]["d1"]) == [ATTEMPT] * 3
    assert later["corrections"] == (CORRECTION,)
    assert later["warnings"] == ("dark",)
    assert [(m.type, m.content) for m in later["messages"]] == [
        ("human", "hi"), ("ai", ""), ("tool", "done"), ("human", "again"),
    ]  # fmt: skip


class Stranger(Value):
    """A type that is none of ours."""

    text: str


def test_of_a_foreign_type_only_the_plain_data_comes_back(place):
    async def both():
        async with place() as memory:
            await talk(memory).ainvoke({"said": "x", "things": [Stranger(text="boo")]}, thread("1"))
            return (await talk(memory).aget_state(thread("1"))).values["things"]

    assert run(both()) == [{"text": "boo"}, "x!"]


def test_conversations_are_apart(place):
    async def two():
        async with place() as memory:
            graph = talk(memory)
            await graph.ainvoke({"said": "one"}, thread("1"))
            await graph.ainvoke({"said": "two"}, thread("2"))
            await memory.checkpointer.adelete_thread("1")
            return [(await graph.aget_state(thread(id_))).values.get("things") for id_ in ("1", "2")]

    assert run(two()) == [None, ["two!"]]


def test_twenty_conversations_at_once_do_not_mix(place):
    async def one(memory: Memory, number: int) -> None:
        for turn in range(3):
            await talk(memory).ainvoke({"said": f"{number}.{turn}"}, thread(str(number)))
            await memory.store.aput(("notes", str(number)), str(turn), {"by": number})

    async def all_of_them():
        async with place() as memory:
            await asyncio.gather(*(one(memory, number) for number in range(20)))
        async with place() as memory:
            said = [(await talk(memory).aget_state(thread(str(n)))).values["things"] for n in range(20)]
            notes = [{item.value["by"] for item in await memory.store.asearch(("notes", str(n)))} for n in range(20)]
            return said, notes

    said, notes = run(all_of_them())
    assert said == [[f"{number}.{turn}!" for turn in range(3)] for number in range(20)]
    assert notes == [{number} for number in range(20)]


def test_two_may_open_it_for_the_first_time_at_once_and_write_in_turns(place):
    async def one(number: int) -> None:
        async with place() as memory:
            for turn in range(5):
                # A reading and a writing in one batch of the store.
                await asyncio.gather(
                    memory.store.aget(("counts",), "x"),
                    memory.store.aput(("counts",), f"{number}.{turn}", {"n": number}),
                    talk(memory).ainvoke({"said": str(turn)}, thread(str(number))),
                )

    async def all_of_them():
        await asyncio.gather(*(one(number) for number in range(4)))
        async with place() as memory:
            return len(await memory.store.asearch(("counts",), limit=100))

    assert run(all_of_them()) == 20


def test_shrinking_keeps_the_newest_state_and_goes_on_from_it(place):
    async def both():
        async with place() as memory:
            graph = talk(memory)
            for number in range(3):
                for turn in range(4):
                    await graph.ainvoke({"said": str(turn), "report": finished()}, thread(str(number)))
            before = {one.id: one for one in await memory.upkeep.conversations()}
            await memory.upkeep.shrink(["0", "1"])
            await memory.upkeep.compact()
            after = {one.id: one for one in await memory.upkeep.conversations()}
            left = [await states(memory, str(number)) for number in range(3)]
            kept = (await graph.aget_state(thread("0"))).values
            await graph.ainvoke({"said": "more"}, thread("0"))
            return before, after, left, kept, (await graph.aget_state(thread("0"))).values

    before, after, left, kept, later = run(both())
    assert left == [1, 1, 16]
    assert kept["things"] == ["0!", "1!", "2!", "3!"]
    assert kept["report"] == finished()
    assert later["things"] == [*kept["things"], "more!"]
    assert after["0"].bytes < before["0"].bytes
    assert after["2"] == before["2"]
    assert after["0"].when == before["0"].when


def test_later_states_shrink_while_earlier_ones_stay_whole(place):
    async def both():
        async with place() as memory:
            graph = talk(memory)
            for id_ in "01":
                await graph.ainvoke({"said": "first", "report": finished()}, thread(id_))
            early = [found async for found in graph.aget_state_history(thread("0"))]
            end = early[0].config["configurable"]["checkpoint_id"]
            for turn in range(3):
                await graph.ainvoke({"said": str(turn)}, thread("0"))
                await memory.upkeep.shrink_after("0", end)
            history = [found async for found in graph.aget_state_history(thread("0"))]
            await graph.ainvoke({"said": "more"}, thread("0"))
            return early, history, (await graph.aget_state(thread("0"))).values, await states(memory, "1")

    early, history, later, others = run(both())
    assert [found.values for found in history[1:]] == [found.values for found in early]
    assert [found.next for found in history[1:]] == [found.next for found in early]
    assert history[0].values["things"] == ["first!", "0!", "1!", "2!"]
    assert later["things"] == ["first!", "0!", "1!", "2!", "more!"]
    assert others == 4


def test_conversations_are_listed_the_newest_first(place):
    async def both():
        async with place() as memory:
            for id_ in ("b", "a", "c"):
                await talk(memory).ainvoke({"said": id_}, thread(id_))
            return await memory.upkeep.conversations()

    found = run(both())
    assert [one.id for one in found] == ["c", "a", "b"]
    assert all(one.bytes > 100 for one in found)
    assert [one.when for one in found] == sorted((one.when for one in found), reverse=True)


@pytest.mark.parametrize("prefix", [("ann",), ("a%", "x_y")])
def test_the_store_searches_whole_names_and_deletes(place, prefix):
    async def both():
        async with place() as memory:
            names = [prefix, (*prefix, "squat"), (prefix[0] + "a", *prefix[1:]), ("other",)]
            for name in names:
                await memory.store.aput(name, "k", {"in": list(name)})
            found = await memory.store.asearch(prefix)
            await memory.store.adelete(prefix, "k")
            return {item.namespace for item in found}, {item.namespace for item in await memory.store.asearch(())}, names

    found, left, names = run(both())
    assert found == set(names[:2])
    assert left == set(names[1:])
