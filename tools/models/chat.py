"""A LangChain chat model for any OpenAI-compatible server, with everything switched off that would happen behind our back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .specs import Endpoint

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

CONNECT_S = 10.0
TIMEOUT_S = 120.0


def chat_model(
    endpoint: Endpoint, *, max_tokens: int | None = None, timeout_s: float = TIMEOUT_S, seed: int | None = None
) -> ChatOpenAI:
    """A chat model that never retries, never waits for ever, and speaks chat completions whatever the model's name.

    Args:
        endpoint: Model, server and key.
        max_tokens: How long a reply may become; None leaves it to the server or to the single request.
        timeout_s: Seconds of silence after which a request has failed.
        seed: Of the model's chance; None leaves it to the server.
    """
    import openai
    from langchain_openai import ChatOpenAI

    # OpenAI's reasoning models know only the newer name of the limit, most other servers only the older one.
    newer = endpoint.is_openai
    chat = ChatOpenAI(
        model=endpoint.model,
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        timeout=openai.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        # Retries inside the SDK would be calls that nobody counts.
        max_retries=0,
        # "codex", "gpt-5-pro" and others would be sent to /v1/responses, which local servers lack.
        use_responses_api=False,
        stream_usage=True,
        cache=False,
        # Said, so that the client does not choose one of its own for some names; reasoning models refuse any.
        temperature=None,
        seed=seed,
        max_completion_tokens=max_tokens if newer else None,
        extra_body=None if newer or max_tokens is None else {"max_tokens": max_tokens},
        # A connection that outlives its request belongs to an event loop that may be gone at the next one.
        default_headers={"Connection": "close"},
    )
    if not endpoint.is_openai:
        _forget_account(chat)
    return chat


def _forget_account(chat: ChatOpenAI) -> None:
    """Keep the organization and project of the user's OpenAI account, which the SDK reads itself, from other servers."""
    for client in (chat.root_client, chat.root_async_client):
        client.organization = client.project = None
