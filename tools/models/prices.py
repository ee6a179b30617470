"""What a million tokens cost, from a table with a date that the user can override."""

from __future__ import annotations

import datetime
import re
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from ...memory.errors import SettingsError
from ...memory.values import Value
from ..yaml_reading import read_yaml
from .specs import Endpoint

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(Value):
    """What one model costs."""

    input: float = Field(default=0.0, ge=0)
    """USD per million tokens."""
    output: float = Field(default=0.0, ge=0)
    """USD per million tokens."""
    image_scale: float = Field(default=1.0, gt=0)
    """Tokens that it counts for an image per token of the tile rule, about."""
    known: bool = True

    def cost_usd(self, input_tokens: int, output_tokens: int) -> float:
        """What so many tokens cost; nothing where the price is not known."""
        return (input_tokens * self.input + output_tokens * self.output) / 1e6


UNKNOWN = Price(known=False)


class PriceTable(Value):
    """Prices by the name of a model, or by `MODEL@BASE_URL`."""

    as_of: datetime.date
    models: dict[str, Price]
    own: frozenset[str] = frozenset()
    """The entries that the user wrote: these hold on any server."""

    @classmethod
    def load(cls, user_file: Path | None = None) -> PriceTable:
        """The table that comes with viddiff, with the entries of the user's own file over it.

        Raises:
            SettingsError: the user's file cannot be read as a price table.
        """
        table = cls.model_validate(read_yaml(files("viddiff.tools.models").joinpath("prices.yaml").read_text(encoding="utf-8")))
        return table if user_file is None else table._over(_user_table(user_file))

    def price_of(self, endpoint: Endpoint) -> Price:
        """The price of a model, also under the name of a dated snapshot; `UNKNOWN` on a server that is not OpenAI's."""
        for name in (f"{endpoint.model}@{endpoint.base_url}", endpoint.model, _SNAPSHOT.sub("", endpoint.model)):
            if name in self.models and (endpoint.is_openai or name in self.own):
                return self.models[name]
        return UNKNOWN

    def _over(self, own: PriceTable) -> PriceTable:
        return PriceTable(as_of=own.as_of, models={**self.models, **own.models}, own=frozenset(own.models))


def _user_table(path: Path) -> PriceTable:
    expected = "expected as_of: YYYY-MM-DD and models: {NAME: {input: USD, output: USD}}, per million tokens"
    try:
        return PriceTable.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        raise SettingsError(f"price file {path}: {where}: {first['msg']}; {expected}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"price file {path} cannot be read ({type(error).__name__}); {expected}") from None
