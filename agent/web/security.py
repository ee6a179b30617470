"""Who may ask this server what: the Host, Origin and token checks in front of every request, and the headers behind it."""

from __future__ import annotations

import hmac
import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .replies import error_reply

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
COOKIE = "viddiff_token"
HOST = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[^\s:@/?#\[\]]+))(?::\d{1,5})?")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Refuses what another site, or somebody without the token, asks; adds the security headers to every reply.

    A page of another site can make a browser send requests here. Its own name in `Host` (DNS rebinding) and in `Origin`
    gives it away. Where a token is asked for, it takes the place of the `Host` check: a rebound name has no cookie.

    Args:
        app: What is guarded.
        token: What everybody must show as cookie or `Authorization: Bearer`; None where only this machine can ask.
    """

    def __init__(self, app: ASGIApp, token: str | None = None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        await (refused or self._app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if self._token is None and host_name(headers.get("host", "")) not in LOOPBACK:
            return error_reply(403, "this server answers only to localhost and 127.0.0.1: open it under one of these names")
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not same_origin(headers, scope["scheme"]):
            return error_reply(403, "a page of another site may not ask this of viddiff: use its own page")
        return self._without_token(scope, headers) if self._token is not None else None

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        assert self._token is not None
        if _equal(shown_token(headers), self._token):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and _equal(given, self._token):
            reply = RedirectResponse("/", 303)
            reply.set_cookie(COOKIE, self._token, httponly=True, samesite="strict", path="/")
            return reply
        return error_reply(401, "a token is needed: open the whole address that viddiff serve printed, with ?token=...")


def host_name(host: str) -> str:
    """The name in a `Host` header, without its port; empty where it is none."""
    found = HOST.fullmatch(host.lower())
    return (found["address"] or found["name"]) if found else ""


def same_origin(headers: Headers, scheme: str) -> bool:
    """Whether a browser says that its request comes from our own page; programs that are no browsers say nothing."""
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"{scheme}://{headers.get('host', '')}".lower():
        return False
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def shown_token(headers: Headers) -> str:
    """The token that a request shows; empty for none."""
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return bearer.strip()
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _equal(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sender
