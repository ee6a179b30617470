"""What `openai:MODEL@BASE_URL` means, who may see the key, and what a model costs."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from viddiff.memory.errors import SettingsError
from viddiff.tools.models.prices import UNKNOWN, PriceTable
from viddiff.tools.models.specs import OPENAI, PLACEHOLDER, Endpoint, ModelSpec, endpoint_of, key_for

KEY = SecretStr("sk-users-own")
LOCAL = "http://localhost:8000/v1"


@pytest.mark.parametrize(
    ("text", "model", "base_url"),
    [
        ("openai:gpt-4o", "gpt-4o", None),
        (" openai:gpt-4o ", "gpt-4o", None),
        ("openai:Qwen/Qwen2.5-VL-7B@http://localhost:8000/v1/", "Qwen/Qwen2.5-VL-7B", LOCAL),
        ("openai:qwen2.5vl:7b@https://h.example:8443/api/v1", "qwen2.5vl:7b", "https://h.example:8443/api/v1"),
    ],
)
def test_specs_are_read_and_written(text: str, model: str, base_url: str | None) -> None:
    spec = ModelSpec.parse(text)
    assert (spec.model, spec.base_url) == (model, base_url)
    assert ModelSpec.parse(spec.name) == spec


@pytest.mark.parametrize(
    "text", ["", "gpt-4o", "openai:", "openai:m@localhost:8000", "openai:m@", "openai:a b", "embedded", "ollama:m"]
)
def test_anything_else_shows_the_grammar(text: str) -> None:
    with pytest.raises(SettingsError, match="expected openai:MODEL, or openai:MODEL@BASE_URL"):
        ModelSpec.parse(text)


@pytest.mark.parametrize(
    "url",
    ["http://me:hunter2@h/v1", "http://hunter2@h/v1", "https://h/v1?key=hunter2", "https://h/v1#hunter2", "http://h:hunter2/v1"],
)
def test_a_secret_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        ModelSpec.parse(f"openai:m@{url}")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingsError):
        endpoint_of(ModelSpec.parse("openai:m"), KEY, url)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(SettingsError):
        assert ModelSpec.parse(f"openai:m@http://{text}").base_url


@pytest.mark.parametrize(
    ("spec", "base_url", "sent"),
    [
        ("openai:m", None, True),
        ("openai:m", LOCAL, True),
        (f"openai:m@{LOCAL}", LOCAL, True),
        (f"openai:m@{LOCAL}/", LOCAL, True),
        ("openai:m@http://LOCALHOST:8000/v1", LOCAL, True),
        (f"openai:m@{OPENAI}", None, True),
        ("openai:m@https://api.openai.com:443/v1", None, True),
        (f"openai:m@{LOCAL}", None, False),
        (f"openai:m@{OPENAI}", LOCAL, False),
        ("openai:m@https://localhost:8000/v1", LOCAL, False),
        ("openai:m@http://localhost:8001/v1", LOCAL, False),
        ("openai:m@http://localhost:8000/v2", LOCAL, False),
        ("openai:m@http://api.openai.com/v1", None, False),
        ("openai:m@https://api.openai.com.evil.example/v1", None, False),
    ],
)
def test_the_users_key_goes_only_where_it_was_paired(spec: str, base_url: str | None, sent: bool) -> None:
    parsed = ModelSpec.parse(spec)
    assert key_for(parsed, KEY, base_url) == (KEY if sent else None)
    given_key = SecretStr("for this one")
    assert key_for(parsed, KEY, base_url, given=given_key) == given_key


def test_a_local_server_gets_a_placeholder_and_openai_needs_a_key() -> None:
    there = endpoint_of(ModelSpec.parse(f"openai:m@{LOCAL}"), KEY, None)
    assert (there.key, there.base_url, there.is_openai, there.name) == (PLACEHOLDER, LOCAL, False, f"openai:m@{LOCAL}")
    assert endpoint_of(ModelSpec.parse("openai:m"), None, LOCAL).key == PLACEHOLDER
    assert endpoint_of(ModelSpec.parse("openai:m"), KEY, None).is_openai
    with pytest.raises(SettingsError, match="set OPENAI_API_KEY"):
        endpoint_of(ModelSpec.parse("openai:m"), None, None)
    with pytest.raises(SettingsError, match="is not an address"):
        endpoint_of(ModelSpec.parse("openai:m"), KEY, "localhost:8000")


def at(model: str, base_url: str = OPENAI) -> Endpoint:
    return Endpoint(model=model, base_url=base_url, key=KEY, name=model)


def test_prices_are_known_at_openai_alone_and_snapshots_cost_what_their_model_does() -> None:
    table = PriceTable.load()
    assert table.price_of(at("gpt-4o")).cost_usd(1_000_000, 100_000) == pytest.approx(3.5)
    assert table.price_of(at("gpt-4o-2024-08-06")) == table.price_of(at("gpt-4o"))
    assert table.price_of(at("gpt-4o-2024-05-13")).input == 5.0
    assert table.price_of(at("gpt-99")) == table.price_of(at("gpt-4o", LOCAL)) == UNKNOWN
    assert UNKNOWN.cost_usd(10**9, 10**9) == 0.0
    assert all(price.known and 0 < price.input < price.output for price in table.models.values())


def test_the_users_prices_come_first_and_hold_on_any_server(tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(
        "as_of: 2030-01-02\nmodels:\n  gpt-4o: {input: 1, output: 2}\n  qwen: {input: 3, output: 4}\n"
        f"  qwen@{LOCAL}: {{input: 0, output: 0}}\n"
    )
    table = PriceTable.load(file)
    assert table.as_of.year == 2030
    assert table.price_of(at("gpt-4o")).input == table.price_of(at("gpt-4o", LOCAL)).input == 1
    assert table.price_of(at("qwen", "https://h/v1")).input == 3
    assert (table.price_of(at("qwen", LOCAL)).input, table.price_of(at("qwen", LOCAL)).known) == (0, True)
    assert table.price_of(at("gpt-4.1", LOCAL)) == UNKNOWN
    assert table.price_of(at("gpt-4.1")).input == 2.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("models: {m: {input: -1, output: 2}}\nas_of: 2030-01-02", r"models\.m\.input"),
        ("models: {m: {input: 1, cached: 2}}\nas_of: 2030-01-02", r"models\.m\.cached"),
        ("models: {}", "as_of"),
        ("[", "cannot be read"),
        ("", "the file"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_price_file_is_one_line(text: str | None, words: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        PriceTable.load(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
