"""Personalities by name, for the command line and for settings files: whole servers that plan, propose and verify."""

from __future__ import annotations

from collections.abc import Callable

from . import faults
from .answering import always_first, at_random, cannot_tell, same
from .combining import ByKind, EveryNth, Scripted, Step
from .exchange import Personality
from .image_reading import image_reader
from .looking_again import needs_another_look
from .planning import BadPlanner, Planner
from .proposing import Proposer
from .talking import Talker


def whole(vlm: Step, planner: Step | None = None, talker: Step | None = None) -> ByKind:
    """A server for a whole run: it plans by status, proposes from the library, verifies as asked, and answers questions."""
    return ByKind(planner=planner or Planner(), proposer=Proposer(), vlm=vlm, talker=talker or Talker())


NAMED: dict[str, Callable[[], Personality]] = {
    "image_reader": lambda: whole(image_reader()),
    "needs_another_look": lambda: whole(needs_another_look()),
    "always_first": lambda: whole(always_first()),
    "random": lambda: whole(at_random()),
    "same": lambda: whole(same()),
    "cannot_tell": lambda: whole(cannot_tell()),
    "planner_unknown_tool": lambda: whole(image_reader(), BadPlanner("unknown_tool")),
    "planner_malformed_arguments": lambda: whole(image_reader(), BadPlanner("malformed_arguments")),
    "planner_repeats": lambda: whole(image_reader(), BadPlanner("repeats")),
    "planner_stalls": lambda: whole(image_reader(), BadPlanner("stalls")),
    "planner_cut_off": lambda: whole(image_reader(), BadPlanner("cut_off")),
    "without_tools": lambda: faults.WithoutTools(whole(image_reader())),
    "without_schema": lambda: faults.WithoutSchema(whole(image_reader())),
    "refuses_schema": lambda: faults.WithoutSchema(whole(image_reader()), refuses=True),
    "slow": lambda: faults.slow(whole(image_reader()), 5.0),
    "cut_within": lambda: faults.cut_within(whole(image_reader())),
    "cut_by_length": lambda: faults.cut_by_length(whole(image_reader())),
    "often_429": lambda: EveryNth(faults.too_many_requests(1), 3, whole(image_reader())),
    "often_500": lambda: EveryNth(faults.server_error(), 3, whole(image_reader())),
    **{
        fault.__name__: lambda fault=fault: Scripted(then=fault())
        for fault in (
            faults.too_many_requests, faults.out_of_quota, faults.server_error, faults.overloaded, faults.unauthorized,
            faults.unprocessable, faults.invalid_json, faults.no_choices, faults.connection_cut, faults.wrong_schema,
            faults.refusal, faults.filtered, faults.truncated, faults.broken_off, faults.prose, faults.empty, faults.huge,
            faults.unknown_tool,
        )
    },
}  # fmt: skip
"""Name -> a fresh personality."""
