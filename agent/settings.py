"""Every setting in one place, and the only module that reads the environment (argument > config file > environment > default)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from ..memory.errors import SettingsError

CONFIG_FILE = user_config_path("viddiff") / "viddiff.toml"


class Settings(BaseSettings):
    """How a run works. Environment variables are called `VIDDIFF_` plus the field's name."""

    model_config = SettingsConfigDict(env_prefix="VIDDIFF_", frozen=True, extra="ignore", toml_file=CONFIG_FILE)

    home: Path = Field(default_factory=lambda: user_data_path("viddiff"))
    """Everything that runs leave behind (cache, reports, databases) lives under this folder."""

    profile: Literal["auto", "embedded", "openai"] = "auto"
    planner: str = "auto"
    """`embedded`, or a chat model as `openai:MODEL` or `openai:MODEL@BASE_URL`."""
    vlm: str = "auto"
    """`none`, or a vision-language model as `openai:MODEL` or `openai:MODEL@BASE_URL`."""
    model: str = "gpt-4o"
    """The model that `auto` means for planner and vlm when remote models are used."""
    encoder: str = "auto"
    """`pose`, `own_clip`, `open_clip:ARCHITECTURE/TAG`, or `pose+open_clip:ARCHITECTURE/TAG` for both."""
    fps: float = Field(default=30.0, gt=0, le=240)
    """Frames per second at which the body is tracked, at most; a clip with fewer is tracked in every frame."""
    sampling: Literal["every", "adaptive"] = "every"
    """Frames that the pose model looks at: `every` one, or where the body turns, starts, stops or peaks and few of the others."""
    max_calls: int = Field(default=200, ge=0)
    max_cost: float = Field(default=5.0, ge=0)
    """USD."""
    timeout: float = Field(default=120.0, gt=0)
    """Seconds that a model server may take for one reply."""
    max_steps: int = Field(default=24, ge=1)
    """Planner turns after which the run reports what it has."""
    max_attempts: int = Field(default=3, ge=1)
    """Times that one difference is looked for, the first look included."""
    prices: Path | None = None
    """A file with prices of your own, in the form of the table that comes with viddiff."""
    pose_model: Path | None = None
    """A MediaPipe pose_landmarker .task file that finds the body in place of the model that comes with MediaPipe."""
    seed: int | None = None
    """What the chance of remote models starts from, so that they answer alike again; None leaves it to the server."""
    cache: bool = True
    keep_days: float = Field(default=30.0, ge=0)
    """Days after which `viddiff serve` removes the playback proxies, films and pages that it made; they are made again when needed."""
    keep_gib: float = Field(default=20.0, ge=0)
    """GiB of them beyond which the oldest go."""
    database: SecretStr | None = Field(default=None, exclude=True)
    """URL of a PostgreSQL database for conversations and memory ("postgresql://USER:PASSWORD@HOST/NAME"); SQLite under `home` when None."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    otel_endpoint: str | None = Field(default=None, exclude=True, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """Base URL of an OpenTelemetry collector that every run is sent to when it ends."""
    otel_headers: SecretStr | None = Field(default=None, exclude=True, validation_alias="OTEL_EXPORTER_OTLP_HEADERS")

    @field_validator("home", "pose_model")
    @classmethod
    def _expanded(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the user's config file, then the environment."""
        return init_settings, TomlConfigSettingsSource(settings_cls), env_settings

    @classmethod
    def of(cls, **arguments: Any) -> Settings:
        """Settings from arguments (those that are None left out) over config file and environment.

        Raises:
            SettingsError: a value is out of range or of the wrong kind; the message names the setting.
        """
        try:
            return cls(**{name: value for name, value in arguments.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            given = "" if "key" in name.lower() else f", got {first['input']!r}"
            raise SettingsError(f"setting {name!r}: {first['msg']}{given}") from None
        except (OSError, ValueError) as error:
            raise SettingsError(f"{CONFIG_FILE}: cannot be read as TOML ({error}); mend or remove it") from None

    @property
    def remote(self) -> bool:
        """Whether `auto` means remote models."""
        return self.profile == "openai" or (self.profile == "auto" and bool(self.openai_api_key or self.openai_base_url))

    @property
    def cache_folder(self) -> Path:
        """Where finished work is kept for the next run."""
        return self.home / "cache"

    @property
    def runs_folder(self) -> Path:
        """Where reports and what they refer to are kept."""
        return self.home / "runs"


def keep_ray_here() -> None:
    """Let a Ray cluster of this machine alone talk over 127.0.0.1 and report its use to nobody; to be called before Ray is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # Called so after the systems where Ray does that by itself.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
