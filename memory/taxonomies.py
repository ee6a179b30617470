"""Actions of the user's own, kept as plain data; the room above knows what an action is and checks it."""

from __future__ import annotations

from datetime import datetime

from langgraph.store.base import BaseStore
from pydantic import AwareDatetime, JsonValue

from .items import found, put
from .values import Value

TAXONOMIES = ("taxonomies",)


class OwnTaxonomy(Value):
    """One action as its user describes it."""

    name: str
    added: AwareDatetime
    action: dict[str, JsonValue]


async def keep_taxonomy(store: BaseStore, name: str, action: dict[str, JsonValue], added: datetime) -> None:
    """Keep an action under its name; an older one of that name is replaced."""
    await put(store, TAXONOMIES, name, OwnTaxonomy(name=name, added=added, action=action))


async def kept_taxonomies(store: BaseStore) -> tuple[OwnTaxonomy, ...]:
    """All of the user's own actions, by name."""
    return tuple(sorted((value for _, _, value in await found(store, TAXONOMIES, OwnTaxonomy)), key=lambda value: value.name))


async def drop_taxonomy(store: BaseStore, name: str) -> bool:
    """Forget one; whether there was one."""
    there = await store.aget(TAXONOMIES, name) is not None
    await store.adelete(TAXONOMIES, name)
    return there
