"""Starts the command line: `viddiff ...` and `python -m viddiff ...` are the same."""


def main() -> None:
    """Run the command line."""
    from viddiff.agent.cli import app

    app()


if __name__ == "__main__":
    main()
