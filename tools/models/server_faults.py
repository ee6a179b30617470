"""What went wrong between us and a model server, read off the exceptions of three libraries into one line."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import SecretStr

from ...memory.errors import ModelServerError

LONGEST = 300
"""Characters of a server's own words that are shown."""
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_FOR_GOOD = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
"""Codes that come with a status 429 although no waiting mends them."""
_CODED = re.compile(r"(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/=_-]{64,}|data:[\w/+.-]+;base64,[A-Za-z0-9+/=]*")
"""Base64: no word of any language is that long."""
_ADVICE = {401: "; check the key", 403: "; check what the key allows", 404: "; check the model's name and the base URL"}


class ServerFault(ModelServerError):
    """One request failed."""

    def __init__(
        self,
        server: str,
        said: str,
        *,
        status: int | None = None,
        passing: bool = False,
        retry_after: str = "",
        may_be_billed: bool = False,
        late: bool = False,
    ) -> None:
        super().__init__(f"{server}: {said}{_ADVICE.get(status or 0, '')}")
        self.said = said
        """The server's own words, or what became of the request."""
        self.status = status
        self.passing = passing
        """Whether the same request may succeed later."""
        self.retry_after = retry_after
        """The header as it came; empty when there was none."""
        self.may_be_billed = may_be_billed
        """Whether the server may have done the work although nothing usable came back."""
        self.late = late
        """Whether the server was given the request and the time ran out."""

    @property
    def advice(self) -> str:
        """What to do when it does not pass."""
        if self.late:
            return "give it longer (setting 'timeout', VIDDIFF_TIMEOUT) or ask a faster model"
        # Some local servers say no more than this of a model that they do not have.
        return "check the server and the model's name" if self.status == 500 else "check the server"


def one_line(text: str, longest: int = LONGEST) -> str:
    """A text on one line, of bounded length, without the pictures that some servers repeat in their complaints."""
    # A body can be huge; only its beginning is looked at.
    flat = " ".join(_CODED.sub("[data]", text[: 4 * longest]).split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def fault_of(error: BaseException, server: str, key: SecretStr) -> ServerFault:
    """The fault behind an exception of a request.

    Args:
        error: What `ChatOpenAI` raised.
        server: What to call the server.
        key: Kept out of the words, which some servers repeat it in.
    """
    import openai

    if isinstance(error, openai.APIStatusError):
        return _of_status(error, server, key)
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        sent = _was_sent(error)
        return ServerFault(server, "no answer in time", passing=True, may_be_billed=sent, late=sent)
    if isinstance(error, openai.APIConnectionError):
        said = f"no connection ({_clean(str(_chain(error)[-1]) or type(_chain(error)[-1]).__name__, key)})"
        return ServerFault(server, said, passing=True, may_be_billed=_was_sent(error))
    # Status 200 with a body that is no completion: cut off, an error in disguise, or no model server at all.
    said = f"its answer is no chat completion ({type(error).__name__}: {_clean(str(error), key)})"
    return ServerFault(server, said, passing=True, may_be_billed=True)


def _of_status(error: Any, server: str, key: SecretStr) -> ServerFault:
    status: int = error.status_code
    said = _clean(_words(error.body) or error.response.text, key)
    codes = {error.code, error.type}
    passing = status in _PASSING and not codes & _FOR_GOOD
    retry_after = error.response.headers.get("retry-after") or ""
    words = f"status {status}" + (f": {said}" if said else "")
    return ServerFault(server, words, status=status, passing=passing, retry_after=retry_after)


def _words(body: Any) -> str:
    """The message in an error's body, wherever servers put it."""
    if isinstance(body, dict):
        for name in ("message", "detail", "error"):
            if body.get(name):
                return _words(body[name])
        return json.dumps(body)
    if isinstance(body, list):
        return "; ".join(
            f"{each.get('loc', '')} {each['msg']}" if isinstance(each, dict) and "msg" in each else str(each) for each in body
        )
    return body if isinstance(body, str) else ""


def _chain(error: BaseException) -> list[BaseException]:
    """An error and its causes: the words of the last say more than "Connection error."."""
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    return chain


def _was_sent(error: BaseException) -> bool:
    return not {type(each).__name__ for each in _chain(error)} & {"ConnectError", "ConnectTimeout"}


def _clean(text: str, key: SecretStr) -> str:
    secret = key.get_secret_value()
    return one_line(text.replace(secret, "[key]") if len(secret) > 6 else text)
