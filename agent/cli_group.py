"""How the command line lists its commands: plainly, with whole sentences."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class PlainGroup(TyperGroup):
    """A group whose help wraps what its commands say of themselves, where the library would cut it off after one line."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands in the order in which they were added."""
        commands = [command for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
        with formatter.section("Commands"):
            formatter.write_dl([(str(command.name), command.help or "") for command in commands])


PLAIN: dict[str, Any] = {"cls": PlainGroup, "rich_markup_mode": None}
"""Arguments of every group. Without markup, brackets in a help text stay what they are, and `rich` is loaded for tables only."""
