"""What failed in the last check, kept beside the record: `hint` without an id begins there."""

import json
from collections.abc import Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.intake.rules import KEPT_FOLDER
from autograder.score import CheckResult, encode_json

FILE = "last.json"
ORDER = (("error", "failed", "timeout", "crashed", "rejected"), ("missing",), ("blocked",))


def sort_failures(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Return the checks that did not pass: wrong ones, then unwritten, then blocked ones."""
    return [check for group in ORDER for check in checks if check.status in group]


def write_failures(folder: Path, checks: Sequence[CheckResult]) -> None:
    """Keep the ids of the checks that did not pass, the first to fix first."""
    ids = [check.id for check in sort_failures(checks)]
    write_atomically(folder / KEPT_FOLDER / FILE, encode_json({"failures": ids}))


def read_failures(folder: Path) -> list[str] | None:
    """Return the ids that `write_failures` kept; None where nothing is kept."""
    try:
        ids = json.loads((folder / KEPT_FOLDER / FILE).read_bytes())["failures"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else None
