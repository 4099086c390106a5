"""The scores in a folder that ``autograder grade`` wrote."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograder import score as scores
from autograder.intake.names import folder_name
from autograder.run.results import read_report_key
from autograder.score import NoScore, Score, UnusualUse
from autograder.stop import Stop


def read_scores(grades: Path) -> list[Score]:
    """Return the scores that `grade` wrote to a folder, by name.

    Raises
    ------
    Stop
        Where there is none, or one cannot be read.
    """
    files = sorted(grades.glob("*/score.json"))
    if not files:
        raise Stop(
            "there is no score in {grades}; name the folder that grade wrote with --out",
            grades=grades,
        )
    return [_read_score(file) for file in files]


def find_unusual(grades: Path, names: Sequence[str]) -> dict[str, tuple[UnusualUse, ...]]:
    """Return what is unusual in each submission, as its report in the folder `grades` tells."""
    found = {}
    for name in names:
        with suppress(OSError, NoScore):
            found[name] = read_report_key(grades / folder_name(name) / "report.json").unusual
    return found


def _read_score(file: Path) -> Score:
    try:
        return scores.read_score(file)
    except (OSError, NoScore) as problem:
        raise Stop(
            "{file} is not a score ({problem}); grade that submission again",
            1,
            file=file,
            problem=problem,
        ) from None
