"""Captions in a small grammar: what a sentence claims of a posture, how true that is, and sentences that are true."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

import numpy as np
from pydantic import Field, field_validator

from ...memory.values import Value
from ...tools.yaml_reading import read_yaml
from .facets import NAMES

FILLERS = frozenset({"the", "a", "an", "is", "are", "and", "with", "both", "their"})
"""Words that claim nothing; dropped before reading."""
WIDTH = 0.2
"""How far a facet may be from what is claimed of it until the claim is less than 0.61 true (standard deviation of a Gaussian)."""
BARE = frozenset(
    [
        "knees",
        "legs",
        "hips",
        "feet",
        "torso",
        "body",
        "trunk",
        "chest",
        "arms",
        "elbows",
        "upper",
        "hands",
        "forearms",
        "back",
        "other",
    ]
)
"""First words of phrases that take an article inside a sentence."""


class Phrase(Value):
    """Words that mean one posture, and the facets (0 to 1) that they stand for."""

    group: str
    text: str
    claims: Mapping[str, float] = Field(min_length=1)

    @field_validator("claims")
    @classmethod
    def _known(cls, claims: Mapping[str, float]) -> Mapping[str, float]:
        for name, value in claims.items():
            if name not in NAMES or not 0.0 <= value <= 1.0:
                raise ValueError(f"{name}={value}: expected one of {', '.join(NAMES)} with a value from 0 to 1")
        return claims


class Grammar:
    """All phrases; reads sentences made of them."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        by_length = sorted(self.phrases, key=lambda phrase: -len(phrase.text))
        self._patterns = [(re.compile(rf"\b{re.escape(plain(phrase.text))}\b"), phrase.claims) for phrase in by_length]

    @classmethod
    def load(cls) -> Grammar:
        """The grammar that our own CLIP is taught."""
        groups = read_yaml(files("viddiff.evals.own_clip").joinpath("captions.yaml").read_text(encoding="utf-8"))
        return cls(
            [
                Phrase(group=group, text=text, claims=entry["claims"])
                for group, entries in groups.items()
                for entry in entries
                for text in entry["phrases"]
            ]
        )

    def read(self, sentence: str) -> tuple[dict[str, float], str]:
        """What a sentence claims, and the words of it that were not understood; of two claims about a facet the longer phrase's holds."""
        rest, found = plain(sentence), dict[str, float]()
        for pattern, claims in self._patterns:
            rest, count = pattern.subn(" ; ", rest)
            if count:
                found = {**claims, **found}
        return found, " ".join(re.findall(r"[a-z-]+", rest))


def plain(sentence: str) -> str:
    """A sentence in lower case without fillers."""
    return " ".join(word for word in re.findall(r"[a-z-]+", sentence.lower()) if word not in FILLERS)


def claim_row(claims: Mapping[str, float]) -> np.ndarray:
    """(F,) float32 claimed facets, NaN where nothing is claimed."""
    return np.array([claims.get(name, np.nan) for name in NAMES], np.float32)


def truth(facets: np.ndarray, claims: np.ndarray) -> np.ndarray:
    """How true each of (M, F) claims is of each of (N, F) postures: (N, M), 1 when all claimed facets are as claimed.

    A product of Gaussians over the claimed facets, written as three matrix products.
    """
    claimed = np.isfinite(claims).astype(np.float32)
    wanted = np.nan_to_num(claims)
    apart = facets**2 @ claimed.T - 2 * facets @ wanted.T + (wanted**2).sum(axis=1)
    return np.exp(-np.maximum(apart, 0) / (2 * WIDTH**2))


def joined(phrases: Sequence[str]) -> str:
    """Phrases as one sentence, those that can stand first before the others: "standing tall with the knees bent and the feet together"."""
    first, *rest = sorted(phrases, key=lambda phrase: phrase.split()[0] in BARE)
    words = [f"the {phrase}" if phrase.split()[0] in BARE else phrase for phrase in rest]
    return first if not words else f"{first} with {' and '.join(words)}"


class Writer:
    """Writes captions that are true of postures: phrases joined, or one of some ready sentences such as retrieval prompts."""

    def __init__(self, grammar: Grammar, sentences: Sequence[str]) -> None:
        self._grammar = grammar
        self._texts = [*(phrase.text for phrase in grammar.phrases), *sentences]
        self._claims = np.stack(
            [claim_row(phrase.claims) for phrase in grammar.phrases] + [claim_row(grammar.read(text)[0]) for text in sentences]
        )
        groups = {name: i for i, name in enumerate(dict.fromkeys(phrase.group for phrase in grammar.phrases))}
        self._group = np.array([groups[phrase.group] for phrase in grammar.phrases])

    def write(self, facets: np.ndarray, rng: np.random.Generator, each: int) -> tuple[list[str], np.ndarray]:
        """Captions of postures, and what they claim.

        Args:
            facets: (N, F), 0 to 1.
            rng: Decides which true things are said.
            each: Captions for each posture.

        Returns:
            N * each sentences, those of one posture in a row, and their claims (N * each, F), NaN where nothing is claimed.
        """
        true = truth(facets, self._claims)
        # What is seldom true tells more: "standing upright" would else be most of what is said.
        weight = np.where(true > LEAST_TRUE, true**2 / (true.mean(axis=0) + RARE), 0)
        texts = [self._one(row, rng) for row in weight for _ in range(each)]
        claims = {text: claim_row(self._grammar.read(text)[0]) for text in dict.fromkeys(texts)}
        return texts, np.stack([claims[text] for text in texts])

    def _one(self, weight: np.ndarray, rng: np.random.Generator) -> str:
        single = len(self._group)
        score = weight * rng.random(len(weight)) ** 2
        ready = int(np.argmax(score[single:])) + single if len(weight) > single else 0
        if ready and score[ready] > 0 and rng.random() < READY:
            return self._texts[ready]
        best = [
            int(np.argmax(np.where(self._group == group, score[:single], -1))) for group in rng.permutation(self._group.max() + 1)
        ]
        said = [i for i in best if score[i] > 0][: int(rng.integers(1, MOST_PHRASES + 1))]
        return joined([self._texts[i] for i in said]) if said else "a person"


LEAST_TRUE = 0.35
"""A phrase less true than this of a posture is not said of it."""
RARE = 0.03
READY = 0.4
"""Share of captions that are ready sentences, where one is true."""
MOST_PHRASES = 3
