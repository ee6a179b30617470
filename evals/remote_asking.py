"""A remote model for evaluations, by its spec: viddiff's own client with the limits, prices and cache of the settings."""

from __future__ import annotations

from ..agent.settings import Settings
from ..memory.cache import Cache
from ..tools.models.budget import Budget
from ..tools.models.client import RemoteAsker
from ..tools.models.prices import PriceTable
from ..tools.models.sending import Sender
from ..tools.models.specs import ModelSpec, endpoint_of


def remote_asker(spec: str, settings: Settings, max_calls: int) -> RemoteAsker:
    """The model that `openai:MODEL` or `openai:MODEL@BASE_URL` names.

    Args:
        spec: The model.
        settings: Keys, prices, time limits, the cache, and how much it may cost.
        max_calls: Requests that it may be sent, retries and repairs included.

    Raises:
        SettingsError: The spec names no model, or a key is missing.
    """
    endpoint = endpoint_of(ModelSpec.parse(spec), settings.openai_api_key, settings.openai_base_url, seed=settings.seed)
    budget, price = Budget(max_calls, settings.max_cost), PriceTable.load(settings.prices).price_of(endpoint)
    sender = Sender(endpoint, budget=budget, price=price, timeout_s=settings.timeout)
    return RemoteAsker(sender, Cache(settings.cache_folder, enabled=settings.cache))
