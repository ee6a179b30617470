"""Split a statement into known phrases, and find the rule that explains it best."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .lexicon import Kind, Lexicon, Rule, Tag
from .text import forms

_LANDMARK_AFTER = frozenset(
    "to over above below beneath under past toward towards against near behind beyond from onto into".split()  # noqa: SIM905
)
_BREAKS = frozenset({",", "and", "but", "or"})
_MOVEMENTS = frozenset(
    "movement movements squat push_up press curl jump step kick throw swing circle descent ascent air body release".split()  # noqa: SIM905
)
"""Parts that are no limb: without a body part beside them the statement speaks of the whole body."""
# Where the statement compares how something is done, it is not about how far it goes: "the shoulders turn faster".
_MANNERS = frozenset({"speed", "smooth", "stable", "balance"})
_OF_MANNER = frozenset({"hard", "uneven", "stops", "air_time"})
# How fast, how long and how often win over whatever part of the body is named beside them.
_TEMPO = frozenset({"speed", "time", "pause", "count"})
_DETERMINERS = frozenset("a an the his her their its your my our this that these those".split())  # noqa: SIM905
_FAR = frozenset({"further", "farther"})


class Item(NamedTuple):
    """A phrase of the statement; no tags when it is unknown."""

    text: str
    tags: tuple[Tag, ...]
    at: int
    """Position of its first word."""
    clause: int
    landmark: bool
    """Named only to say where: "past the toes"."""
    named_thing: bool = False
    """An article or the like stands before it."""

    def named(self, kind: Kind) -> list[Tag]:
        """Its tags of one kind."""
        return [tag for tag in self.tags if tag.kind == kind]

    def stands_for(self, *kinds: Kind) -> bool:
        """Whether any of its tags is of these kinds."""
        return any(tag.kind in kinds for tag in self.tags)


class Match(NamedTuple):
    """One rule applied to one part and one property of a statement."""

    rule: Rule
    part: Item | None
    attribute: Item
    polarity: int
    """Of the property's word alone: -1 for "straight" where the property is "bend"."""
    score: float


def find_items(text: str, lexicon: Lexicon) -> list[Item]:
    """Split plain text into phrases, longest first; words between the words of a phrase become items of their own."""
    raw = text.replace(",", " ,").replace("'s", "").split()
    places = [place for place, token in enumerate(raw) if token not in lexicon.skipped]
    tokens = [raw[place] for place in places]
    items: list[Item] = []
    clause = index = 0
    while index < len(tokens):
        used, tags = _longest(tokens, index, lexicon)
        if tokens[index] in _BREAKS and len(used) == 1:
            clause += 1
        else:
            landmark = index > 0 and tokens[index - 1] in _LANDMARK_AFTER and not any(tag.name in _MOVEMENTS for tag in tags)
            thing = places[index] > 0 and raw[places[index] - 1] in _DETERMINERS
            tags = _as_preposition(tags) if _leads_to_part(tokens, index, used, lexicon) else tags
            items.append(Item(" ".join(tokens[position] for position in used), tags, index, clause, landmark, thing))
            between = sorted(set(range(index, used[-1])) - set(used))
            items += [
                Item(tokens[position], _longest([tokens[position]], 0, lexicon)[1], position, clause, False)
                for position in between
            ]
        index = used[-1] + 1
    return items


def _leads_to_part(tokens: list[str], index: int, used: tuple[int, ...], lexicon: Lexicon) -> bool:
    """Whether this is an "in" that only leads to a part of the body: "a bend in the elbows"."""
    if tokens[index] != "in" or len(used) > 1 or index + 1 >= len(tokens):
        return False
    return any(tag.kind == "part" for tag in _longest(tokens, index + 1, lexicon)[1])


def _as_preposition(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    return tuple(tag for tag in tags if tag.kind != "attribute")


def _longest(tokens: list[str], start: int, lexicon: Lexicon) -> tuple[tuple[int, ...], tuple[Tag, ...]]:
    """Positions and meaning of the longest phrase that starts here, unless a longer one starts inside it.

    A word of degree may stand inside a phrase.
    """
    found = sorted(_phrases(tokens, start, (), (), lexicon), key=lambda phrase: -len(phrase[0]))
    for used, tags in found:
        if all(len(_longest(tokens, inner, lexicon)[0]) <= len(used) for inner in used[1:]):
            return used, tags
    return (start,), ()


def _phrases(
    tokens: list[str], index: int, base: tuple[str, ...], used: tuple[int, ...], lexicon: Lexicon
) -> Iterator[tuple[tuple[int, ...], tuple[Tag, ...]]]:
    if index >= len(tokens):
        return
    for form in forms(tokens[index]):
        key = (*base, form)
        if key in lexicon.prefixes:
            if tags := lexicon.phrases.get(key):
                yield (*used, index), tags
            yield from _phrases(tokens, index + 1, key, (*used, index), lexicon)
    if used and used[-1] == index - 1 and _only_degree(tokens[index], lexicon):
        yield from _phrases(tokens, index + 1, base, used, lexicon)


def _only_degree(token: str, lexicon: Lexicon) -> bool:
    tags = lexicon.phrases.get((token,), ())
    return bool(tags) and all(tag.kind == "degree" for tag in tags)


def best_match(items: list[Item], text: str, lexicon: Lexicon) -> Match | None:
    """The rule with the highest score over all parts and properties named."""
    present = {tag.name for item in items for tag in item.tags} | {form for token in text.split() for form in forms(token)}
    parts: list[tuple[str | None, Item | None]] = [
        (tag.name, item) for item in items if not item.landmark for tag in item.named("part")
    ]
    manner = _manners(items, lexicon)
    if manner & _TEMPO or all(name in _MOVEMENTS for name, _ in parts):
        parts.append((None, None))
    matches = [
        Match(rule, part, attribute, tag.polarity, _score(rule, part, attribute, items, lexicon))
        for attribute in items
        for tag in _properties(attribute)
        if not manner or tag.name in manner or tag.name in _OF_MANNER
        for name, part in parts
        if part is not attribute
        for rule in lexicon.rules.get((name, tag.name), ())
        if all(any(word in present or f" {word}" in f" {text}" for word in words.split("|")) for words in rule.also)
    ]
    return max(matches, key=lambda match: match.score, default=None)


def _manners(items: list[Item], lexicon: Lexicon) -> set[str]:
    """The manners that the statement compares, if any: then nothing else is meant."""
    found = {tag.name for item in items if _compared(item, items, lexicon) for tag in item.named("attribute")} & _MANNERS
    found |= {name for item in items if (name := _tempo(item, items, lexicon))}
    return found - {"count"} if found & {"speed", "time", "pause"} else found


def _tempo(item: Item, items: list[Item], lexicon: Lexicon) -> str:
    names = {tag.name for tag in item.named("attribute")}
    if names & {"time", "pause"}:
        return "pause" if "pause" in names else "time"
    if "speed" in names and item.text.endswith("ly"):
        return "speed"
    counted = any(other.stands_for("degree") for other in items if -3 <= other.at - item.at < 0)
    return "count" if "count" in names and counted else ""


def _properties(item: Item) -> list[Tag]:
    """What the phrase may be a property of; a bare "further" is one when nothing else is."""
    return item.named("attribute") or [
        Tag("attribute", "more", tag.polarity) for tag in item.named("degree") if item.text in _FAR
    ]


def _score(rule: Rule, part: Item | None, attribute: Item, items: list[Item], lexicon: Lexicon) -> float:
    score = rule.weight + len(rule.also) - 0.1 * attribute.at
    if part is not None:
        body = any(tag.name not in _MOVEMENTS for item in items if not item.landmark for tag in item.named("part"))
        score -= 3 if body and all(tag.name in _MOVEMENTS for tag in part.named("part")) else 0
        score += 3 - 0.4 * abs(part.at - attribute.at) - 2 * abs(part.clause - attribute.clause) - 0.1 * part.at
    if is_noun(attribute, lexicon) and any(item.stands_for("degree") for item in items if -3 <= item.at - attribute.at <= 1):
        score += 4
    return score + (1.5 if _compared(attribute, items, lexicon) else 0)


def _compared(attribute: Item, items: list[Item], lexicon: Lexicon) -> bool:
    """Whether the comparison is about this property: "straighter", "more upright"."""
    if _comparative(attribute, lexicon):
        return True
    noun = is_noun(attribute, lexicon)
    before = [item for item in items if item.at == attribute.at - 1 and item.stands_for("degree")]
    return any(noun or not item.stands_for("attribute") for item in before)


def _comparative(attribute: Item, lexicon: Lexicon) -> bool:
    return any(word.endswith("er") and (word,) not in lexicon.phrases for word in attribute.text.split())


def compares(items: list[Item], lexicon: Lexicon) -> bool:
    """Whether anything is said to be more or less."""
    return any(_comparative(item, lexicon) or (item.stands_for("degree") and not item.stands_for("attribute")) for item in items)


def is_noun(item: Item, lexicon: Lexicon) -> bool:
    """Whether an adjective beside it only says how much of it there is."""
    return item.text in lexicon.nouns


def polarity(match: Match, items: list[Item], lexicon: Lexicon) -> int:
    """+1 or -1: the property's own word, times the words of degree, times the negations that bear on it."""
    clause = [item for item in items if item.clause == match.attribute.clause and item is not match.attribute]
    degrees = [tag.polarity for item in _degrees(match.attribute, clause, lexicon) for tag in item.named("degree")]
    if match.rule.openness and degrees:
        degrees.append(-1)
    sign = match.polarity * match.rule.sign * (-1 if is_negated(match, items, lexicon) else 1)
    for degree in degrees:
        sign *= degree
    return sign


def is_negated(match: Match, items: list[Item], lexicon: Lexicon) -> bool:
    """Whether an odd number of negations bears on the property: those before it in its clause, and those after a noun."""
    clause = [item for item in items if item.clause == match.attribute.clause]
    bearing = clause if is_noun(match.attribute, lexicon) else [item for item in clause if item.at < match.attribute.at]
    return sum(item.stands_for("negation") for item in bearing) % 2 == 1


def _degrees(attribute: Item, clause: list[Item], lexicon: Lexicon) -> list[Item]:
    """Words of degree that bear on a property: those before it or, failing them, the first after it."""
    dual_counts = is_noun(attribute, lexicon)
    words = [item for item in clause if item.stands_for("degree") and (dual_counts or not item.stands_for("attribute"))]
    before = [item for item in words if item.at < attribute.at]
    return before or ([] if _comparative(attribute, lexicon) else words[:1])
