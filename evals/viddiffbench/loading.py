"""VidDiffBench from a JSONL or parquet file, a folder of them, or the hub."""

from __future__ import annotations

import importlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...memory.errors import SettingsError, SetupError
from .rows import BenchRow, row_of

HUB = "jmhb/VidDiffBench"
_KINDS = (".jsonl", ".json", ".parquet")
_THUMBNAILS = ("vid0_thumbnail", "vid1_thumbnail")


def load_rows(source: str | Path, splits: Collection[str] = (), domains: Collection[str] = ()) -> tuple[BenchRow, ...]:
    """The rows in their published order.

    Args:
        source: A `.jsonl`, `.json` (a list) or `.parquet` file, a folder of such files, or `hub:OWNER/NAME`.
        splits: Only these; all when empty.
        domains: Likewise.

    Raises:
        SettingsError: There is no such file, a row is not of the published form, two have one key, or none is left.
        SetupError: The library that reads this source is not installed.
    """
    rows = [row_of(raw, where) for where, raw in _raw_rows(source)]
    keys = [row.sample_key for row in rows]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise SettingsError(f"{source}: sample_key {twice!r} is there twice; every row needs its own")
    kept = tuple(row for row in rows if (not splits or row.split in splits) and (not domains or row.domain in domains))
    if not kept:
        there = ", ".join(sorted({row.split for row in rows} | {row.domain for row in rows})) or "no rows"
        raise SettingsError(f"{source}: nothing is left of splits {list(splits)} and domains {list(domains)}; it has {there}")
    return kept


def _raw_rows(source: str | Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if str(source).startswith("hub:"):
        yield from _named(_from_hub(str(source).removeprefix("hub:") or HUB), str(source))
        return
    place = Path(source)
    files = sorted(p for p in place.iterdir() if p.suffix in _KINDS) if place.is_dir() else [place]
    if not files or not files[0].is_file():
        raise SettingsError(f"{source}: expected a file that ends in {', '.join(_KINDS)}, a folder of such files, or hub:{HUB}")
    for file in files:
        yield from _named(_from_file(file), str(file))


def _named(rows: Iterable[Any], source: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, raw in enumerate(rows, 1):
        where = f"{source}, row {number}"
        if not isinstance(raw, Mapping):
            raise SettingsError(f"{where} is no record of named fields; take the data as they are published")
        yield where, raw


def _from_file(file: Path) -> Iterable[Any]:
    if file.suffix == ".parquet":
        return _from_parquet(file)
    try:
        text = file.read_text(encoding="utf-8")
        found = json.loads(text) if file.suffix == ".json" else [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise SettingsError(
            f"{file}: cannot be read as {file.suffix[1:].upper()} ({error}); take the data as they are published"
        ) from None
    if not isinstance(found, list):
        raise SettingsError(f"{file}: expected a list of rows; take the data as they are published")
    return found


def _from_parquet(file: Path) -> Iterable[Any]:
    """The rows without their pictures, by whichever parquet reader is installed."""
    try:
        parquet = importlib.import_module("pyarrow.parquet")
        names = [name for name in parquet.read_schema(file).names if name not in _THUMBNAILS]
        return parquet.read_table(file, columns=names).to_pylist()
    except ImportError:
        raise SetupError(f"{file}: parquet needs pyarrow; run `pip install pyarrow`, or save the data as JSONL") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: cannot be read as parquet ({error}); download it again") from None


def _from_hub(name: str) -> Iterable[Any]:
    try:
        datasets = importlib.import_module("datasets")
    except ImportError:
        raise SetupError(
            f"hub:{name} needs the package datasets; run `pip install datasets`, or download the files and name them"
        ) from None
    # The library has no common root for what can go wrong on the way to the hub.
    try:
        split = datasets.load_dataset(name, split="test")
        return split.remove_columns([c for c in _THUMBNAILS if c in split.column_names])
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SettingsError(
            f"hub:{name} cannot be loaded ({reason}); check name and network, or download the files and name them"
        ) from None
