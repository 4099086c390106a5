"""``autograder hint``: help in three steps."""

from pathlib import Path

from autograder.language.catalogue import translate
from autograder.learning import progress
from autograder.learning.exam_rules import require_hints
from autograder.learning.failures import read_failures
from autograder.learning.hints import STEPS, hints_up_to
from autograder.run import selection
from autograder.stop import Stop

EXAMPLE = "autograder hint m1.tanh"


def run(id: str | None, level: int) -> None:
    """Print the hints of check `id` up to `level`, and record that they were shown.

    Without an id they are those of what failed first in the last check.
    """
    require_hints()
    if level not in range(1, len(STEPS) + 1):
        raise Stop("--level is 1, 2 or 3, not {level}", level=level)
    listed = selection.find_check(id or _find_first_failure())
    print(f"{listed.id}: {translate(listed.title)}")
    for step, text in hints_up_to(level, listed).items():
        print(f"  {translate(step)}: {translate(text)}")
    if level < len(STEPS):
        more = "More: autograder hint {id} --level {level}"
        print(f"  {translate(more, id=listed.id, level=level + 1)}")
    progress.record_hint(Path("."), listed.id, level)


def _find_first_failure() -> str:
    failures = read_failures(Path("."))
    if failures:
        return failures[0]
    if failures is None:
        raise Stop(
            "no check has run in this folder: run one, or name one, such as {example}",
            example=EXAMPLE,
        )
    raise Stop("nothing failed in the last check; name a check, such as {example}", example=EXAMPLE)
