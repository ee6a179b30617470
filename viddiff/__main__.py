"""Starts the command line: `viddiff ...` and `python -m viddiff ...` are the same."""

# The rooms are found through __path__, which a type checker does not run.
# pyright: reportMissingImports=false


def main() -> None:
    """Run the command line."""
    from viddiff.agent.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
