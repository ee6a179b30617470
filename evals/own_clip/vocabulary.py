"""CLIP's vocabulary cut down to the words that are needed: a merges file that open_clip's own tokenizer reads."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from ...tools.open_clip_weights import load_open_clip

SINGLE = 512
"""Tokens without merges: 256 bytes, inside a word and at its end."""
SPECIAL = 2


def cut_merges(words: Iterable[str]) -> list[str]:
    """The lines of CLIP's merges file that split these words as the whole file would, in its order.

    Of all pairs in a word the one that stands first in the file is joined first; every pair that is ever joined is kept, so the
    kept ones are still the first. Other words come apart into shorter pieces, down to letters.
    """
    ranks = load_open_clip().SimpleTokenizer().bpe_ranks
    used = {pair for word in words for pair in _joined((*word[:-1], f"{word[-1]}</w>"), ranks)}
    return [" ".join(pair) for pair in sorted(used, key=ranks.__getitem__)]


def write_merges(lines: list[str], path: Path) -> int:
    """Writes a merges file (gzip, the same bytes every time) and returns the number of tokens that a model must know."""
    text = "\n".join(["#version: cut from bpe_simple_vocab_16e6", *lines])
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return SINGLE + len(lines) + SPECIAL


def _joined(symbols: tuple[str, ...], ranks: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    """The pairs that byte-pair encoding (Sennrich et al. 2016) joins in one word, in order."""
    found = []
    while len(symbols) > 1:
        best = min(pairwise(symbols), key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            break
        found.append(best)
        symbols = _merged(symbols, best)
    return found


def _merged(symbols: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    out: list[str] = []
    for symbol in symbols:
        if out and (out[-1], symbol) == pair:
            out[-1] += symbol
        else:
            out.append(symbol)
    return tuple(out)


def count_tokens(path: Path) -> int:
    """Number of tokens that a model with this merges file must know."""
    lines = gzip.decompress(path.read_bytes()).decode().split("\n")[1:]
    return SINGLE + len(lines) + SPECIAL
