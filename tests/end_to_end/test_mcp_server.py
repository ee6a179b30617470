"""`viddiff mcp` driven by the SDK's own client over stdio: compare, ask, look, list, open, and every error in one line."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from viddiff import Settings, SetupError
from viddiff.agent.command_mcp import mcp_command
from viddiff.evals.drawn.pairs import WrittenPair

pytest.importorskip("mcp.server.mcpserver", reason="the extra `mcp` is not installed")

SERVER = ["-m", "viddiff", "mcp"]
TOOLS = {"compare", "ask", "show_frames", "list_sessions", "open_trace"}


@pytest.fixture(scope="module")
def made(drawn) -> WrittenPair:
    return drawn("squat", 3)


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    return {"VIDDIFF_HOME": str(settings.home), "VIDDIFF_PROFILE": "embedded", "XDG_CONFIG_HOME": str(tmp_path)}


@asynccontextmanager
async def connected(environment: dict[str, str]) -> AsyncIterator[Any]:
    """A client of a server in a process of its own; whatever came besides the protocol is an error in the end."""
    from mcp import Client, StdioServerParameters

    strange: list[Exception] = []

    async def heard(message: Any) -> None:
        if isinstance(message, Exception):
            strange.append(message)

    async with Client(
        StdioServerParameters(command=sys.executable, args=SERVER, env=environment), message_handler=heard
    ) as client:
        yield client
    assert strange == []


async def told(client: Any, tool: str, **arguments: Any) -> str:
    """The text that a tool gives."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return "\n".join(part.text for part in result.content if part.type == "text")


async def refused(client: Any, tool: str, **arguments: Any) -> str:
    """The line with which a tool fails."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.content
    (part,) = result.content
    assert "\n" not in part.text
    return part.text


def test_another_agent_compares_asks_and_looks(made: WrittenPair, environment: dict[str, str]) -> None:
    asyncio.run(_whole_conversation(made, environment))


async def _whole_conversation(made: WrittenPair, environment: dict[str, str]) -> None:
    paths = {"video_a": str(made.a.path), "video_b": str(made.b.path)}
    async with connected(environment) as client:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        assert all(tool.description for tool in listed)
        heard: list[tuple[float, str]] = []

        async def progress(share: float, total: float | None, message: str | None) -> None:
            heard.append((share, message or ""))

        wanted = {**paths, "action": made.pair.description, "differences": ["the squat is deeper", "the feet stance is wider"]}
        result = await client.call_tool("compare", wanted, progress_callback=progress)
        report = json.loads(result.content[0].text)
        assert [share for share, _ in heard] == sorted({share for share, _ in heard})
        assert all(message for _, message in heard)
        assert [d["answer"] for d in report["differences"]] == ["b", "b"]
        id_, deeper = report["session_id"], report["differences"][0]

        answer = await told(client, "ask", session_id=id_, question="Why do you think that the squat is deeper?")
        assert "[A " in answer or "[B " in answer
        await _looked(client, id_, deeper["evidence"]["a"][0])
        assert deeper["reason"] in await told(client, "open_trace", session_id=id_)
        assert id_ in (await told(client, "list_sessions")).splitlines()[0]
    async with connected(environment) as client:
        assert "[A " in await told(client, "ask", session_id=id_, question="And how much deeper?"), (
            "another process goes on with it"
        )


async def _looked(client: Any, id_: str, time_s: float) -> None:
    result = await client.call_tool("show_frames", {"session_id": id_, "video": "a", "time_s": time_s})
    assert [part.type for part in result.content] == ["text", "image", "text", "image"]
    assert result.content[0].text.startswith(f"A at {time_s:.2f} s")
    assert result.content[2].text.startswith("B at ")
    for part in (result.content[1], result.content[3]):
        picture = Image.open(io.BytesIO(base64.b64decode(part.data)))
        assert picture.format == "JPEG"
        assert 64 < max(picture.size) <= 768


def test_what_is_wrong_is_one_line(made: WrittenPair, environment: dict[str, str], tmp_path: Path) -> None:
    asyncio.run(_refusals(made, environment, tmp_path))


async def _refusals(made: WrittenPair, environment: dict[str, str], tmp_path: Path) -> None:
    (broken := tmp_path / "broken.mp4").write_bytes(b"\0" * 999)
    clip = str(made.a.path)
    async with connected(environment) as client:
        before = await told(client, "list_sessions")
        assert "nowhere.mp4" in await refused(client, "compare", video_a="nowhere.mp4", video_b=clip, action="squat")
        assert "broken.mp4" in await refused(client, "compare", video_a=clip, video_b=str(broken), action="squat")
        assert "action" in await refused(client, "compare", video_a=clip, video_b=clip, action="  ")
        assert "not known here" in await refused(client, "ask", session_id="0123456789ab", question="why?")
        assert "not known here" in await refused(client, "open_trace", session_id="../../etc")
        assert await told(client, "list_sessions") == before


def test_nothing_but_the_protocol_goes_to_stdout(environment: dict[str, str]) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_sessions", "arguments": {}}},
    ]
    done = subprocess.run(
        [sys.executable, *SERVER],
        input="".join(json.dumps(line) + "\n" for line in lines),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]


def test_without_the_sdk_it_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    with pytest.raises(SetupError, match=r"pip install 'viddiff\[mcp\]'"):
        mcp_command(settings)
