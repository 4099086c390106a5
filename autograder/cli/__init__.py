"""The command: one module per subcommand, and `main` that only parses and dispatches."""

from autograder.cli.app import main

__all__ = ["main"]
