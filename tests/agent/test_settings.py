"""Where a setting comes from, what a wrong one is answered with, and that secrets stay secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from viddiff.agent.settings import Settings
from viddiff.memory.errors import SettingsError

SECRET = "sk-do-not-tell"


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without settings of ours, and a config file of our own that does not exist yet."""
    for name in [name for name in os.environ if name.upper().startswith(("VIDDIFF_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "toml_file", tmp_path / "viddiff.toml")
    return tmp_path / "viddiff.toml"


def test_an_argument_beats_the_config_file_beats_the_environment_beats_the_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings.of().fps == Settings.model_fields["fps"].default
    monkeypatch.setenv("VIDDIFF_FPS", "21")
    assert Settings.of().fps == 21.0
    config.write_text("fps = 25", encoding="utf-8")
    assert Settings.of().fps == 25.0
    assert Settings.of(fps=30.0).fps == 30.0


def test_the_key_follows_the_same_order(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def key() -> str:
        found = Settings.of().openai_api_key
        return found.get_secret_value() if found else ""

    assert key() == ""
    monkeypatch.setenv("OPENAI_API_KEY", "from the environment")
    assert key() == "from the environment"
    config.write_text('openai_api_key = "from the file"', encoding="utf-8")
    assert key() == "from the file"
    given = Settings.of(openai_api_key="from the argument").openai_api_key
    assert given is not None
    assert given.get_secret_value() == "from the argument"


def test_none_means_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDDIFF_SEED", "7")
    settings = Settings.of(seed=None, cache=False, fps=None)
    assert (settings.seed, settings.cache, settings.fps) == (7, False, Settings.model_fields["fps"].default)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fps", 0),
        ("fps", -1),
        ("fps", 241),
        ("fps", "fast"),
        ("fps", float("nan")),
        ("max_calls", -1),
        ("max_cost", float("nan")),
        ("max_steps", 0),
        ("max_attempts", 0),
        ("seed", "lucky"),
        ("profile", "cloud"),
        ("cache", "perhaps"),
    ],
)
@pytest.mark.parametrize("source", ["argument", "config file", "environment"])
def test_a_bad_value_is_answered_with_its_name(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, source: str
) -> None:
    arguments = {name: value} if source == "argument" else {}
    if source == "environment":
        monkeypatch.setenv(f"VIDDIFF_{name.upper()}", str(value))
    if source == "config file":
        config.write_text(f"{name} = {value}" if isinstance(value, int | float) else f'{name} = "{value}"', encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"setting '{name}'") as caught:
        Settings.of(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"fps = ", b"\xff\xfe\x00", b"[fps\n"])
def test_a_config_file_that_is_not_toml_is_named(config: Path, content: bytes) -> None:
    config.write_bytes(content)
    with pytest.raises(SettingsError, match=r"viddiff\.toml") as caught:
        Settings.of()
    assert "\n" not in str(caught.value)


def test_secrets_are_never_shown(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    from_file = config.parent / "other.toml"
    from_file.write_text(f'openai_api_key = "{SECRET}"', encoding="utf-8")
    everywhere = [Settings.of(), Settings.of(openai_api_key=SECRET)]
    for settings in everywhere:
        shown = [repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()]
        assert not any(SECRET in text for text in shown)
        assert settings.openai_api_key is not None
        assert settings.openai_api_key.get_secret_value() == SECRET


@pytest.mark.parametrize("written", [f'["{SECRET}"]', f'{{ key = "{SECRET}" }}'])
def test_secrets_are_not_shown_by_errors_either(config: Path, written: str) -> None:
    config.write_text(f"openai_api_key = {written}", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"(?i)openai_api_key") as caught:
        Settings.of()
    assert SECRET not in str(caught.value)


def test_everything_lies_under_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path / "home"))
    settings = Settings.of()
    assert settings.cache_folder == tmp_path / "home" / "cache"
    assert settings.runs_folder == tmp_path / "home" / "runs"
    assert not settings.home.exists()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.of().fps = 3.0
