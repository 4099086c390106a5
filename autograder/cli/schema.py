"""``autograder schema``: the JSON Schema of ``score.json``."""

import sys

from autograder.score import build_schema, encode_json


def run() -> None:
    """Print the schema."""
    sys.stdout.write(encode_json(build_schema()).decode())
