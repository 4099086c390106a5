"""The kit's checks on a notebook, for the notebook itself and for an nbgrader course."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.course import load
from autograder.intake.submission import Entry
from autograder.run import selection
from autograder.run.configure import own_settings, prepare
from autograder.run.entry import grade_entry
from autograder.score import CheckResult
from autograder.worker.imports import NotebookFinder

_searched: set[str] = set()  # folders


class NotPassed(AssertionError):
    """A check did not pass; a notebook shows the sentences and no traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def passes(check: str, hidden: bool = False) -> None:
    """Run one check on the notebook in this folder, as it is saved.

    The notebook's code is copied and judged in a sandbox of its own; nothing that this kernel
    holds counts.

    Parameters
    ----------
    check : str
        ``m1.add``.
    hidden : bool
        Whether its hidden twin runs as well.

    Raises
    ------
    NotPassed
        With what the check says.
    """
    (milestone,) = selection.checks(load(), [check]).milestones
    (result, *twin) = results(milestone.id, Path.cwd(), frozenset({check}), hidden)
    if any(one.status != "passed" for one in (result, *twin)):
        raise NotPassed(explained(result if result.status != "passed" else twin[0]))


def explained(result: CheckResult) -> str:
    """Return what a learner reads of a check that did not pass."""
    lines = [f"{result.id}: {result.status}", f"  {result.message}"]
    if result.hint:
        lines.append(f"  likely mistake: {result.hint.pitfall}: {result.hint.text}")
    return "\n".join(lines)


def results(
    milestone: str,
    folder: Path,
    only: frozenset[str] | None,
    hidden: bool,
    others: Sequence[Path] = (),
    level: str = "",
) -> list[CheckResult]:
    """Judge the notebook of `milestone` in `folder`, with the learner's earlier modules.

    Parameters
    ----------
    milestone : str
        ``m2``.
    folder : Path
        Where ``nn.ipynb`` or ``nn.py`` lies; earlier modules lie there or in ``../m1``.
    only : frozenset of str or None
        Ids of checks; None for all.
    hidden : bool
        Whether hidden twins run.
    others : sequence of Path
        More folders that may hold a folder of each earlier milestone.
    level : str
        The isolation; the best there is where it is empty.
    """
    course = load()
    how = replace(own_settings(course, None, only), hidden=hidden)
    how = replace(how, isolation=level) if level else how
    prepare()
    with tempfile.TemporaryDirectory(prefix="autograder-") as place:
        for module, file in _files(milestone, folder, others).items():
            (Path(place) / f"{module}{file.suffix}").write_bytes(file.read_bytes())
        entry = Entry(folder.resolve().name, Path(place))
        graded = grade_entry(entry, [course.milestone(milestone)], course.modules, how)
    return graded.score.checks


def _files(milestone: str, folder: Path, others: Sequence[Path] = ()) -> dict[str, Path]:
    """Return the learner's modules up to `milestone`; the notebook comes before a ``.py``."""
    course = load()
    last = course.milestone(milestone).number
    found = {}
    for one in course.milestones:
        own = [folder] if one.id == milestone else [folder, folder.resolve().parent / one.id]
        more = [] if one.id == milestone else [other / one.id for other in others]
        ends = (".ipynb", ".py")
        places = [place / f"{one.module}{end}" for place in (*own, *more) for end in ends]
        if one.number <= last and (file := next(filter(_is_own, places), None)):
            found[one.module] = file
    return found


def _is_own(file: Path) -> bool:
    """Whether `file` is a file handed in: a link may lead to what is not the learner's."""
    return file.is_file() and not file.is_symlink()


def find_earlier_work() -> None:
    """Let this kernel import earlier milestones: ``engine.ipynb`` here or in ``../m1``."""
    here = Path.cwd()
    for folder in (here, *(here.parent / one.id for one in load().milestones)):
        if str(folder) not in _searched and folder.is_dir():
            _searched.add(str(folder))
            sys.path.append(str(folder))
            sys.meta_path.append(NotebookFinder(str(folder)))
