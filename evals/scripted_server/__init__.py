"""A scripted model server: real HTTP on 127.0.0.1 that speaks chat completions, so that remote paths are tested without a model.

    with ScriptedServer(ByKind(planner=Planner(), proposer=Proposer(), vlm=image_reader())) as server:
        ...  # a client with base URL server.base_url
    assert len(server.recording.chats) == 3

server, recording     listening; what was asked: calls, images, bytes, tokens, concurrency
exchange              requests, replies and faults as values; the protocol of a personality
request_reading, wire bodies in, as strictly as the strictest server; bodies, streams and usage out
questions, conforming the verifying request, read; JSON that follows any schema
answering             personalities that choose; image_reading looks at the images, looking_again not before the second time
planning, proposing   personalities that call tools and that propose
faults, combining     what goes wrong; scripts, sequences and routing
named                 whole servers by name, for the command line
"""

from ...tools.models.tokens import image_tokens
from . import faults
from .answering import always_first, at_random, cannot_tell, same
from .combining import ByKind, EveryNth, Scripted, Sequence
from .exchange import BadRequest, ChatRequest, CutConnection, Personality, RawAnswer, Reply, ToolCall, said
from .image_reading import image_reader
from .looking_again import needs_another_look
from .planning import BadPlanner, Planner
from .proposing import Proposer
from .recording import Call, Recording, redacted
from .server import ScriptedServer

__all__ = [
    "BadPlanner",
    "BadRequest",
    "ByKind",
    "Call",
    "ChatRequest",
    "CutConnection",
    "EveryNth",
    "Personality",
    "Planner",
    "Proposer",
    "RawAnswer",
    "Recording",
    "Reply",
    "Scripted",
    "ScriptedServer",
    "Sequence",
    "ToolCall",
    "always_first",
    "at_random",
    "cannot_tell",
    "faults",
    "image_reader",
    "image_tokens",
    "needs_another_look",
    "redacted",
    "said",
    "same",
]
