"""From settings to the clients and tools of one run: which model sits behind each seam."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from langchain_core.language_models import BaseChatModel

from ..memory.cache import Cache
from ..memory.errors import SettingsError
from ..memory.report import Backends
from ..memory.trace_recorder import Recorder, Silent
from ..tools.encoder_choice import Encoders, names_of
from ..tools.models.asking import Asker, CallUsage
from ..tools.models.budget import Budget
from ..tools.models.chat import chat_model
from ..tools.models.client import RemoteAsker
from ..tools.models.limits import Throttle
from ..tools.models.prices import PriceTable
from ..tools.models.sending import Sender
from ..tools.models.server_ways import ServerWays
from ..tools.models.specs import ModelSpec, endpoint_of
from ..tools.models.traced import TracedAsker
from .chat.chatter import ANSWER_TOKENS, Chatter, RemoteChatter
from .chat.embedded import EmbeddedChatter
from .context import Context
from .embedded_planner import EmbeddedPlanner
from .planner_turn import PLANNER_TOKENS
from .settings import Settings

if TYPE_CHECKING:
    from ..tools.actions import Action
    from ..tools.toolbox import Toolbox
    from ..tools.workbench import Workbench

LOCAL = {"planner": "embedded", "vlm": "none"}


class Remote(NamedTuple):
    """The remote models of one run; None where the embedded side works."""

    planner: Sender | None
    vlm: Sender | None
    budget: Budget

    @property
    def senders(self) -> list[Sender]:
        """Those there are."""
        return [sender for sender in (self.planner, self.vlm) if sender is not None]


def build_context(
    settings: Settings,
    progress: Callable[[str, float], None],
    used: Mapping[str, Mapping[str, float]] | None = None,
    own: Sequence[Action] = (),
    recorder: Recorder | None = None,
) -> Context:
    """The clients and tools of one run.

    Args:
        settings: Which models, and how.
        progress: Told how far slow steps are.
        used: What earlier parts of the run used of the models, by kind.
        own: Actions that the user described.
        recorder: Keeps the trace; nobody does when None.

    Raises:
        SettingsError: a spec names no model, a key is missing, or the pose model is none.
        SetupError: an encoder that was asked for cannot be loaded.
    """
    cache = Cache(settings.cache_folder, enabled=settings.cache)
    remote = _remote(settings, used or {})
    encoders = _encoders(settings)
    recorder = recorder or Silent()
    toolbox = _toolbox(cache, _bench(settings, cache, encoders, progress), remote, encoders, own, recorder)
    embedded, planner = EmbeddedPlanner(), remote.planner
    return Context(
        settings=settings,
        toolbox=toolbox,
        chatter=_chatter(planner, toolbox),
        planner=_planner(planner) if planner else embedded,
        fallback=embedded,
        backends=_backends(planner, toolbox, encoders),
        started=Context.now(),
        budget=remote.budget,
        planner_sender=planner,
        vlm_sender=remote.vlm,
        warnings=_price_warnings(remote.senders),
        recorder=recorder,
    )


def _backends(planner: Sender | None, toolbox: Toolbox, encoders: Encoders) -> Backends:
    return Backends(
        planner=planner.endpoint.name if planner else "embedded",
        proposer=toolbox.proposed_by,
        encoder=names_of(encoders.begun),
        verifier=("measurement", toolbox.vlm.name) if toolbox.vlm else ("measurement",),
    )


def _toolbox(
    cache: Cache,
    bench: Workbench,
    remote: Remote,
    encoders: Encoders,
    own: Sequence[Action],
    recorder: Recorder,
) -> Toolbox:
    from ..tools.actions import ActionLibrary
    from ..tools.propose import LibraryProposer
    from ..tools.propose_model import ModelProposer
    from ..tools.statement import StatementReader
    from ..tools.toolbox import Toolbox

    reader = StatementReader()
    library = LibraryProposer(ActionLibrary.load(own), reader)
    ways = {sender.endpoint: ServerWays(sender.endpoint, cache) for sender in remote.senders}

    def asker(sender: Sender) -> Asker:
        return TracedAsker(RemoteAsker(sender, cache, ways[sender.endpoint]), recorder)

    by_model = ModelProposer(asker(remote.planner), reader, encoders) if remote.planner else None
    vlm = asker(remote.vlm) if remote.vlm else None
    return Toolbox(bench, library, by_model, vlm, recorder)


def _remote(settings: Settings, used: Mapping[str, Mapping[str, float]]) -> Remote:
    before = {kind: CallUsage.model_validate(usage) for kind, usage in used.items()}
    budget = Budget(settings.max_calls, settings.max_cost, before)
    prices = PriceTable.load(settings.prices)
    throttles: defaultdict[str, Throttle] = defaultdict(Throttle)

    def sender(role: str, spec: str) -> Sender | None:
        if spec == LOCAL[role] or (spec == "auto" and not settings.remote):
            return None
        try:
            model = ModelSpec.parse(f"openai:{settings.model}" if spec == "auto" else spec)
        except SettingsError as error:
            raise SettingsError(f"setting {role!r}: {error}; or {LOCAL[role]}") from None
        endpoint = endpoint_of(model, settings.openai_api_key, settings.openai_base_url, seed=settings.seed)
        price, throttle = prices.price_of(endpoint), throttles[endpoint.base_url]
        return Sender(endpoint, budget=budget, price=price, throttle=throttle, timeout_s=settings.timeout)

    named = {"planner": settings.planner, "vlm": settings.vlm}
    if settings.profile == "embedded" and any(spec not in ("auto", LOCAL[role]) for role, spec in named.items()):
        raise SettingsError("profile 'embedded' uses no remote models: leave out --planner and --vlm, or choose --profile auto")
    return Remote(sender("planner", settings.planner), sender("vlm", settings.vlm), budget)


def _planner(sender: Sender) -> BaseChatModel:
    endpoint = sender.endpoint
    return chat_model(endpoint, max_tokens=PLANNER_TOKENS, timeout_s=sender.timeout_s, seed=endpoint.seed)


def _chatter(sender: Sender | None, toolbox: Toolbox) -> Chatter:
    if sender is None:
        return EmbeddedChatter()
    model = chat_model(sender.endpoint, max_tokens=ANSWER_TOKENS, timeout_s=sender.timeout_s, seed=sender.endpoint.seed)
    return RemoteChatter(model, sender, list(toolbox.offered_in_chat.values()), EmbeddedChatter())


def _bench(settings: Settings, cache: Cache, encoders: Encoders, progress: Callable[[str, float], None]) -> Workbench:
    """The workbench with the pose model that was named; one of the user's own is tried before any work is done."""
    from ..tools.pose_mediapipe import MediaPipePose, MediaPipeTasksPose
    from ..tools.workbench import TRACK_VERSION, Workbench

    sparse = settings.sampling == "adaptive"
    if settings.pose_model is None:
        return Workbench(cache, encoders, MediaPipePose, fps=settings.fps, progress=progress, sparse=sparse)
    with MediaPipeTasksPose(settings.pose_model) as tried:
        version = f"{TRACK_VERSION}/{tried.name}"
    own = partial(MediaPipeTasksPose, settings.pose_model)
    return Workbench(cache, encoders, own, fps=settings.fps, progress=progress, track_version=version, sparse=sparse)


def _encoders(settings: Settings) -> Encoders:
    """The encoders, being loaded; `auto` adds CLIP to the posture where remote models are used and its weights can be."""
    from ..tools.encoder_specs import encoders_from_spec

    with_clip = settings.encoder == "auto" and settings.remote
    spec = "pose+open_clip" if with_clip else "pose" if settings.encoder == "auto" else settings.encoder
    try:
        encoders = Encoders(encoders_from_spec(spec), encoders_from_spec("pose") if with_clip else ())
        encoders.begin()
    except SettingsError as error:
        raise SettingsError(f"setting 'encoder': {error}") from None
    return encoders


def _price_warnings(senders: Sequence[Sender]) -> tuple[str, ...]:
    unknown = sorted({sender.endpoint.name for sender in senders if not sender.price.known})
    return tuple(f"the price of {name} is not known: --max-cost does not hold for it" for name in unknown)
