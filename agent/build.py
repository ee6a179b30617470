"""From settings to the clients and tools of one run: which model sits behind each seam."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..memory.cache import Cache
from ..memory.errors import SettingsError, SetupError
from ..memory.report import Backends
from ..tools.encoders import FrameEncoder
from ..tools.models.budget import Budget
from ..tools.models.chat import chat_model
from ..tools.models.client import RemoteAsker
from ..tools.models.prices import PriceTable
from ..tools.models.sending import Sender
from ..tools.models.specs import ModelSpec, endpoint_of
from .context import Context
from .embedded_planner import EmbeddedPlanner
from .settings import Settings

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


def build_context(settings: Settings, progress: Callable[[str, float], None]) -> Context:
    """The clients and tools of one run.

    Raises:
        SettingsError: a spec names no model, or a key is missing.
        SetupError: an encoder that was asked for cannot be loaded.
    """
    from ..tools.actions import ActionLibrary
    from ..tools.pose_mediapipe import MediaPipePose
    from ..tools.propose import LibraryProposer
    from ..tools.propose_model import ModelProposer
    from ..tools.statement import StatementReader
    from ..tools.toolbox import Toolbox
    from ..tools.workbench import Workbench

    cache = Cache(settings.cache_folder, enabled=settings.cache)
    remote = _remote(settings)
    encoders, warnings = _encoders(settings)
    reader = StatementReader()
    library = LibraryProposer(ActionLibrary.load(), reader)
    bench = Workbench(cache, encoders, MediaPipePose, fps=settings.fps, progress=progress)
    by_model = ModelProposer(RemoteAsker(remote.planner, cache), reader, encoders) if remote.planner else None
    vlm = RemoteAsker(remote.vlm, cache) if remote.vlm else None
    embedded = EmbeddedPlanner()
    return Context(
        settings=settings,
        toolbox=Toolbox(bench, library, by_model, vlm),
        planner=chat_model(remote.planner.endpoint) if remote.planner else embedded,
        fallback=embedded,
        backends=Backends(
            planner=remote.planner.endpoint.name if remote.planner else "embedded",
            proposer=by_model.name if by_model else library.name,
            encoder=" + ".join(encoder.name for encoder in encoders),
            verifier=("measurement", vlm.name) if vlm else ("measurement",),
        ),
        started=Context.now(),
        budget=remote.budget,
        planner_sender=remote.planner,
        warnings=(*warnings, *_price_warnings(remote.senders)),
    )


def _remote(settings: Settings) -> Remote:
    budget = Budget(settings.max_calls, settings.max_cost)
    prices = PriceTable.load(settings.prices)

    def sender(role: str, spec: str) -> Sender | None:
        if spec == LOCAL[role] or (spec == "auto" and not settings.remote):
            return None
        try:
            model = ModelSpec.parse(f"openai:{settings.model}" if spec == "auto" else spec)
        except SettingsError as error:
            raise SettingsError(f"setting {role!r}: {error}; or {LOCAL[role]}") from None
        endpoint = endpoint_of(model, settings.openai_api_key, settings.openai_base_url)
        return Sender(endpoint, budget=budget, price=prices.price_of(endpoint))

    named = {"planner": settings.planner, "vlm": settings.vlm}
    if settings.profile == "embedded" and any(spec not in ("auto", LOCAL[role]) for role, spec in named.items()):
        raise SettingsError("profile 'embedded' uses no remote models: leave out --planner and --vlm, or choose --profile auto")
    return Remote(sender("planner", settings.planner), sender("vlm", settings.vlm), budget)


def _encoders(settings: Settings) -> tuple[Sequence[FrameEncoder], tuple[str, ...]]:
    """The encoders, loaded; `auto` adds CLIP to the posture where remote models are used and its weights are at hand."""
    from ..tools.encoder_specs import encoders_from_spec

    if settings.encoder != "auto" or not settings.remote:
        try:
            return _loaded(encoders_from_spec("pose" if settings.encoder == "auto" else settings.encoder)), ()
        except SettingsError as error:
            raise SettingsError(f"setting 'encoder': {error}") from None
    try:
        return _loaded(encoders_from_spec("pose+open_clip")), ()
    except SetupError as error:
        return _loaded(encoders_from_spec("pose")), (f"frames are found by posture alone, without CLIP: {error}",)


def _loaded(encoders: tuple[FrameEncoder, ...]) -> tuple[FrameEncoder, ...]:
    for encoder in encoders:
        encoder.load()
    return encoders


def _price_warnings(senders: Sequence[Sender]) -> tuple[str, ...]:
    unknown = sorted({sender.endpoint.name for sender in senders if not sender.price.known})
    return tuple(f"the price of {name} is not known: --max-cost does not hold for it" for name in unknown)
