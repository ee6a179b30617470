"""`viddiff serve`: the page in the browser, on this machine unless another address is asked for."""

from __future__ import annotations

import re
import secrets
import signal
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rich.console import Console

from ..memory.errors import SettingsError
from .settings import Settings

if TYPE_CHECKING:
    import uvicorn

TOKEN = re.compile(r"[ -~]{8,}")
LAST_REQUESTS_S = 3
"""How long requests that are still being answered are waited for."""


def serve_command(
    host: str, port: int, folder: Path | None, token: str | None, settings: Settings, *, open_browser: bool = True
) -> None:
    """Serve until Ctrl-C.

    Raises:
        SettingsError: the address is taken or none of this machine, or the folder does not exist.
    """
    if folder is not None and not folder.is_dir():
        raise SettingsError(f"--folder {folder}: is not a folder; name the one whose clips may be opened")
    if token is not None and not TOKEN.fullmatch(token):
        raise SettingsError("--token: expected at least 8 printable ASCII characters; or leave it out, and one is made up")
    talk = Console(stderr=True, highlight=False)
    # The address first: what is wrong with it is said before seconds of loading.
    with listening(host, port) as bound:
        from .chat.session import Session
        from .web.app import create_app
        from .web.options import GIB, WebOptions
        from .web.security import LOOPBACK

        if token is None and host not in LOOPBACK:
            token = secrets.token_urlsafe(16)
        kept = {"keep_days": settings.keep_days, "keep_bytes": int(settings.keep_gib * GIB)}
        app = create_app(settings, WebOptions(folder=folder, token=token, **kept), Session)
        server = new_server(app, lambda: talk.print("stopping ..."))
        address = address_of(host, bound.getsockname()[1], token)
        talk.print(f"viddiff is at {address}   (Ctrl-C stops it)", soft_wrap=True)
        if open_browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
    talk.print("stopped; finished work is kept")


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to an address, before anything is said about it.

    Raises:
        SettingsError: the port is taken, or the address is none of this machine's.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except (OSError, OverflowError) as error:
        bound.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"{host} port {port} cannot be served ({reason}): choose another --port (0 finds a free one) or --host"
        ) from None
    return bound


def address_of(host: str, port: int, token: str | None) -> str:
    """What to type into a browser."""
    name = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/" + (f"?token={quote(token)}" if token else "")


def new_server(app: Any, stopping: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server whose application ends its event streams first: they would keep it from stopping.

    Args:
        app: Of `create_app`.
        stopping: Called when it begins to stop, which may take as long as one step of a comparison.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            stopping()
            await app.state.stop()
            await super().shutdown(sockets)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if self.should_exit:
                # Asked twice: what is written is written whole, so the process may simply end.
                signal.signal(sig, signal.SIG_DFL)
                signal.raise_signal(sig)
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="on", server_header=False, timeout_graceful_shutdown=LAST_REQUESTS_S
    )
    return Server(config)
