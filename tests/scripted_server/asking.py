"""What a client sends to a scripted server: pictures, verifying requests and the schema of their answers."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
from langchain_openai import ChatOpenAI
from PIL import Image
from pydantic import SecretStr

from viddiff.evals.scripted_server import ScriptedServer

ANSWERS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["answers"],
    "properties": {"answers": {"type": "array", "items": {"$ref": "#/$defs/Answer"}}},
    "$defs": {
        "Answer": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "choice", "confidence", "reason"],
            "properties": {
                "id": {"type": "string"},
                "choice": {"enum": ["first", "second", "same", "cannot_tell"]},
                "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                "reason": {"type": "string"},
            },
        }
    },
}
HELLO: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
GREY = np.full((288, 512, 3), 128, np.uint8)


def picture(pixels: np.ndarray, kind: str = "PNG") -> dict[str, Any]:
    """An image part."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    coded = base64.b64encode(file.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind.lower()};base64,{coded}", "detail": "high"}}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def verifying(
    first: Sequence[np.ndarray], second: Sequence[np.ndarray], statements: dict[str, str], schema: bool = True, **rest: Any
) -> dict[str, Any]:
    """A verifying request as the contract has it."""
    listed = "\n".join(f"{n}. [{id_}] {words}" for n, (id_, words) in enumerate(statements.items(), start=1))
    content = [
        text("Which of Video 1 and Video 2 shows each statement more?"),
        text("Video 1 (shown first):"),
        *(picture(image) for image in first),
        text("Video 2:"),
        *(picture(image) for image in second),
        text(f"Statements:\n{listed}"),
    ]
    asked = {"type": "json_schema", "json_schema": {"name": "answers", "strict": True, "schema": ANSWERS}}
    return {
        "model": "m",
        "messages": [{"role": "system", "content": "You compare two videos."}, {"role": "user", "content": content}],
        **({"response_format": asked} if schema else {}),
        **rest,
    }


def post(server: ScriptedServer, body: dict[str, Any], **rest: Any) -> httpx.Response:
    # Nothing is encrypted here, and loading the certificates of all the world for every call takes longer than the call.
    return httpx.post(f"{server.base_url}/chat/completions", json=body, timeout=20, verify=False, **rest)


def chat_of(server: ScriptedServer, **rest: Any) -> ChatOpenAI:
    return ChatOpenAI(model="m", base_url=server.base_url, api_key=SecretStr("none"), max_retries=0, **rest)


def content_of(response: httpx.Response) -> str:
    return response.json()["choices"][0]["message"]["content"]
