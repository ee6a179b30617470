"""From `openai:MODEL@BASE_URL` to what is asked where, and the one rule that says which server may see the user's key."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from ...memory.errors import SettingsError
from ...memory.values import Value

OPENAI = "https://api.openai.com/v1"
GRAMMAR = (
    "openai:MODEL, or openai:MODEL@BASE_URL for any OpenAI-compatible server (such as openai:qwen2.5vl@http://localhost:11434/v1)"
)
PLACEHOLDER = SecretStr("no-key")
"""Sent where no key is known: the client library refuses to be made without one, local servers take anything."""

_SPEC = re.compile(r"openai:(?P<model>[^\s@]+)(?:@(?P<url>https?://\S+))?")
_PORTS = {"http": 80, "https": 443}


class ModelSpec(Value):
    """A remote model as the user names it."""

    model: str = Field(min_length=1)
    base_url: str | None = None
    """None for the server that the settings name."""

    @classmethod
    def parse(cls, text: str) -> ModelSpec:
        """Read `openai:MODEL` or `openai:MODEL@BASE_URL`; `embedded` and `none` are no models and are the caller's.

        Raises:
            SettingsError: it is neither; the message shows the grammar.
        """
        match = _SPEC.fullmatch(text.strip())
        if match is None:
            # What was given is not repeated whole where it might hold a password.
            raise SettingsError(f"model {text.split('@')[0]!r} is not known; expected {GRAMMAR}")
        url = match["url"]
        return cls(model=match["model"], base_url=None if url is None else checked_url(url))

    @property
    def name(self) -> str:
        """The spec as text."""
        return f"openai:{self.model}" + (f"@{self.base_url}" if self.base_url else "")


class Endpoint(Value):
    """One model on one server, and the key for it."""

    model: str
    base_url: str
    key: SecretStr
    name: str
    """The spec that it was made from, without any key."""
    seed: int | None = None
    """What the model's chance starts from, for replies that can be had again; None leaves it to the server."""

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI's own server, whose limits and prices are known."""
        return _same_server(self.base_url, OPENAI)


def checked_url(url: str) -> str:
    """A base URL without its trailing slash.

    Raises:
        SettingsError: it is no http(s) address, or it holds a user name, a password or a query, which would end up in reports.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingsError(
            "the base URL is not an address (its port is no number); expected such as http://localhost:8000/v1"
        ) from None
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(
            f"base URL of {parts.hostname or 'the model server'} holds a user name, a password or a query; "
            "give the address alone and the key as OPENAI_API_KEY together with OPENAI_BASE_URL"
        )
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError(f"base URL {url!r} is not an address; expected such as http://localhost:8000/v1")
    return url.rstrip("/")


def key_for(
    spec: ModelSpec, api_key: SecretStr | None, base_url: str | None, *, given: SecretStr | None = None
) -> SecretStr | None:
    """The key that may be sent to the server of `spec`, None when the user paired none with it.

    Args:
        spec: The model.
        api_key: The user's OPENAI_API_KEY: it belongs to `base_url` and to no other server.
        base_url: The user's OPENAI_BASE_URL; None for OpenAI itself.
        given: A key that the user named for this very model; it goes wherever the spec points.
    """
    if given is not None:
        return given
    home = base_url or OPENAI
    return api_key if spec.base_url is None or _same_server(spec.base_url, home) else None


def endpoint_of(
    spec: ModelSpec, api_key: SecretStr | None, base_url: str | None, *, given: SecretStr | None = None, seed: int | None = None
) -> Endpoint:
    """Where `spec` leads to; `seed` as in `Endpoint`, the other arguments as in `key_for`.

    Raises:
        SettingsError: it leads to OpenAI and there is no key, or the base URL of the settings is no address.
    """
    url = spec.base_url or checked_url(base_url or OPENAI)
    key = key_for(spec, api_key, base_url, given=given)
    if key is None and _same_server(url, OPENAI):
        raise SettingsError(f"model {spec.name!r} needs a key; set OPENAI_API_KEY, or name a server of your own: {GRAMMAR}")
    return Endpoint(model=spec.model, base_url=url, key=key or PLACEHOLDER, name=spec.name, seed=seed)


def _same_server(one: str, other: str) -> bool:
    return _address(one) == _address(other)


def _address(url: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.path.rstrip("/")
