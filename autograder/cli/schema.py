"""``autograder schema``: the JSON Schema of ``score.json``."""

import sys

from autograder.score import as_json, schema


def run() -> None:
    """Print the schema."""
    sys.stdout.write(as_json(schema()).decode())
