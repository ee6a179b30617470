"""Events are numbered, bounded, and never lost without a word."""

from __future__ import annotations

import asyncio

from viddiff.agent.web.event_log import Entry, EventLog, wire


async def taken(log: EventLog, after: int | None, count: int, heartbeat_s: float = 5.0) -> list[Entry | None]:
    found: list[Entry | None] = []
    async for entry in log.follow(after, heartbeat_s):
        found.append(entry)
        if len(found) == count:
            break
    return found


def test_a_slow_reader_is_told_that_it_missed_something() -> None:
    async def scene() -> None:
        log = EventLog(3, lambda: [{"kind": "said", "text": "so far"}])
        log.add({"kind": "x", "n": 0})
        (first, *_) = await taken(log, None, 1)
        assert first is not None
        for n in range(1, 4):
            log.add({"kind": "x", "n": n})
        assert [e and e.payload["n"] for e in await taken(log, first.number, 3)] == [1, 2, 3]
        log.add({"kind": "x", "n": 4})
        assert [e and e.payload["kind"] for e in await taken(log, first.number, 2)] == ["changed", "said"]

    asyncio.run(scene())


def test_every_reader_gets_every_event_and_all_are_let_go_at_the_end() -> None:
    async def scene() -> None:
        log = EventLog(100)
        readers = [asyncio.create_task(taken(log, None, 51)) for _ in range(5)]
        for n in range(50):
            await asyncio.sleep(0)
            log.add({"kind": "x", "n": n})
        log.close()
        for reader in readers:
            seen = [e.payload["n"] for e in await reader if e and e.payload["kind"] == "x"]
            assert len(seen) >= 48
            assert seen == list(range(50 - len(seen), 50))

    asyncio.run(scene())


def test_a_quiet_line_is_kept_alive_and_readers_are_counted() -> None:
    async def scene() -> None:
        log = EventLog(3)
        stream = log.follow(None, 0.01)
        assert (await anext(stream), await anext(stream)) != (None, None)
        assert wire(await anext(stream)) == ": nothing new\n\n"
        assert log.readers == 1
        await stream.aclose()
        assert log.readers == 0

    asyncio.run(scene())


def test_on_the_wire_an_event_is_one_line_of_json() -> None:
    text = wire(Entry(7, {"kind": "said", "text": "two\nlines"}))
    assert text == 'id: 7\ndata: {"kind":"said","text":"two\\nlines"}\n\n'
