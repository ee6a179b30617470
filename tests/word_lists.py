"""Word lists, read once by each process: many test files look things up in them, and every comparison reads them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viddiff.tools.actions import ActionLibrary
    from viddiff.tools.posture_lexicon import PostureLexicon
    from viddiff.tools.statement.lexicon import Lexicon


@functools.cache
def library() -> ActionLibrary:
    from viddiff.tools.actions import ActionLibrary

    return ActionLibrary.load()


@functools.cache
def lexicon() -> Lexicon:
    from viddiff.tools.statement.lexicon import load_lexicon

    return load_lexicon()


@functools.cache
def posture_lexicon() -> PostureLexicon:
    from viddiff.tools.posture_lexicon import PostureLexicon

    return PostureLexicon.load()
