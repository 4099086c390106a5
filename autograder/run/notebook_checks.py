"""The kit's checks on a notebook, for the notebook itself and for an nbgrader course."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.course import load_course
from autograder.intake.submission import Entry
from autograder.run import selection
from autograder.run.configure import learner_settings, limit_threads
from autograder.run.entry import grade_entry
from autograder.sandbox.run_folder import temporary_folder
from autograder.score import CheckResult


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
    (milestone,) = selection.choose_checks(load_course(), [check]).milestones
    (result, *twin) = check_notebook(milestone.id, Path.cwd(), frozenset({check}), hidden)
    failed = [run for run in (result, *twin) if run.status != "passed"]
    if failed:
        raise NotPassed(explain_failure(failed[0]))


def explain_failure(result: CheckResult) -> str:
    """Return the text that a learner reads of a check that did not pass."""
    lines = [f"{result.id}: {result.status}", f"  {result.message}"]
    if result.hint:
        lines.append(f"  likely mistake: {result.hint.pitfall}: {result.hint.text}")
    return "\n".join(lines)


def check_notebook(
    milestone: str,
    folder: Path,
    only: frozenset[str] | None,
    hidden: bool,
    others: Sequence[Path] = (),
    isolation: str = "",
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
    isolation : str
        The best there is where it is empty.
    """
    course = load_course()
    settings = replace(learner_settings(course, None, only), hidden=hidden)
    settings = replace(settings, isolation=isolation or settings.isolation)
    limit_threads()
    with temporary_folder() as copy:
        for module, file in _find_modules(milestone, folder, others).items():
            (copy / f"{module}{file.suffix}").write_bytes(file.read_bytes())
        entry = Entry(folder.resolve().name, copy)
        graded = grade_entry(entry, [course.part(milestone)], course.modules, settings)
    return graded.score.checks


def _find_modules(milestone: str, folder: Path, others: Sequence[Path] = ()) -> dict[str, Path]:
    """Return the learner's modules up to `milestone`; the notebook comes before a ``.py``."""
    course = load_course()
    modules = {}
    for step in course.steps_to(course.part(milestone)):
        folders = [folder]
        if step.id != milestone:
            folders += [parent / step.id for parent in (folder.resolve().parent, *others)]
        paths = [path / f"{step.module}{end}" for path in folders for end in (".ipynb", ".py")]
        if file := next(filter(_is_handed_in, paths), None):
            modules[step.module] = file
    return modules


def _is_handed_in(file: Path) -> bool:
    """Whether `file` is a file handed in: a link may lead to what is not the learner's."""
    return file.is_file() and not file.is_symlink()
