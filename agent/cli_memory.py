"""The commands of the command line that are about what viddiff remembers: `history` and `taxonomy`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .cli_group import PLAIN

history = typer.Typer(help="What was compared, how it changed, and making room.", no_args_is_help=True, **PLAIN)
taxonomy = typer.Typer(help="Actions of your own: stages, differences, wording.", no_args_is_help=True, **PLAIN)

Name = Annotated[str, typer.Argument(help="Its key in the file.")]


@history.command("list")
def history_list(
    person: Annotated[str | None, typer.Option(help="Only this person's.")] = None,
    action: Annotated[str | None, typer.Option(help="Only of this action.")] = None,
) -> None:
    """List the comparisons, and how the person's values changed; * marks the clip that shows the person."""
    from rich.console import Console

    from .command_history import list_command

    list_command(person, action, Console())


@history.command("prune")
def history_prune(
    older_than: Annotated[
        float | None, typer.Option(metavar="DAYS", help="Conversations, runs and cache older than this.")
    ] = None,
    keep: Annotated[int | None, typer.Option(metavar="N", help="Keep the N newest conversations and the N newest runs.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Make room: remove old conversations, runs and cache entries; what comparisons showed stays remembered."""
    from rich.console import Console

    from .command_history import prune_command

    prune_command(older_than, keep, dry_run, Console())


@history.command("forget")
def history_forget(
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose comparisons, runs and conversations are forgotten.")
    ] = None,
    corrections: Annotated[
        str | None, typer.Option(metavar="ACTION", help="Of which action the corrections are forgotten.")
    ] = None,
) -> None:
    """Forget a person, or what was corrected; clips and what was found out about them go with `prune`."""
    from rich.console import Console

    from .command_forget import forget_command

    forget_command(person, corrections, Console())


@taxonomy.command("add")
def taxonomy_add(file: Annotated[Path, typer.Argument(help="YAML in the form that `taxonomy show` prints.")]) -> None:
    """Check the actions of a file and keep them; they win over those of the same name that come with viddiff."""
    from rich.console import Console

    from .command_taxonomy import add_command

    add_command(file, Console())


@taxonomy.command("list")
def taxonomy_list() -> None:
    """List your own actions."""
    from rich.console import Console

    from .command_taxonomy import list_command

    list_command(Console())


@taxonomy.command("show")
def taxonomy_show(name: Name) -> None:
    """Print one action as YAML, ready to be changed and added: one of yours, or else one that comes with viddiff."""
    from rich.console import Console

    from .command_taxonomy import show_command

    show_command(name, Console())


@taxonomy.command("remove")
def taxonomy_remove(name: Name) -> None:
    """Forget one of your own actions."""
    from rich.console import Console

    from .command_taxonomy import remove_command

    remove_command(name, Console())
