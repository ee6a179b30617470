"""`viddiff mcp`: the tools for other agents over stdio, until the other side hangs up."""

from __future__ import annotations

from ..memory.errors import SetupError
from .settings import Settings


def mcp_command(settings: Settings) -> None:
    """Serve on stdin and stdout.

    Raises:
        SetupError: the official SDK of the Model Context Protocol is not installed.
    """
    try:
        import mcp.server.mcpserver  # noqa: F401
    except ModuleNotFoundError:
        raise SetupError("viddiff mcp: the MCP SDK is not installed, version 2 or later; pip install 'viddiff[mcp]'") from None
    from .mcp_server import new_server

    new_server(settings).run("stdio")
