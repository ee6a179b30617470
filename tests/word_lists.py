"""The library of actions, read once by each process: many test files look things up in it while they are collected."""

from __future__ import annotations

import functools

from viddiff.tools.actions import ActionLibrary


@functools.cache
def library() -> ActionLibrary:
    return ActionLibrary.load()
