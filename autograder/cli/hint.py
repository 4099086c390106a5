"""``autograder hint``: help in three steps."""

from pathlib import Path

from autograder.learning import progress
from autograder.learning.hints import STEPS, hints_up_to
from autograder.run import selection
from autograder.stop import Stop


def run(id: str, level: int) -> None:
    """Print the hints of check `id` up to `level`, and record that they were shown."""
    if level not in range(1, len(STEPS) + 1):
        raise Stop(f"--level is 1, 2 or 3, not {level}")
    listed = selection.find_check(id)
    print(f"{listed.id}: {listed.title}")
    for step, text in hints_up_to(level, listed).items():
        print(f"  {step}: {text}")
    if level < len(STEPS):
        print(f"  More: autograder hint {listed.id} --level {level + 1}")
    progress.record_hint(Path("."), listed.id, level)
