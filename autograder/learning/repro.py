"""A failing check on the smallest inputs that still fail, and how to run its script."""

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from autograder.course import Course
from autograder.diagnosis import catalogue
from autograder.files import write_atomically
from autograder.intake.rules import MADE
from autograder.judge import session
from autograder.judge.outcome import CheckRun
from autograder.numerics.small import CUTS, Cut
from autograder.run import selection
from autograder.run.configure import own_settings, workers
from autograder.run.entry import own_work, staged
from autograder.worker.imports import code_cells

VARYING = re.compile(r"\(.*?\)|\[.*?\]|[-\d][\d.e+-]*")  # shapes, places and numbers in a message


def notebooks_in(submission: Path, course: Course) -> list[Path]:
    """Return the notebooks in a folder that stand in for modules."""
    paths = [submission / f"{module}.ipynb" for module in course.modules]
    return [path for path in paths if path.is_file() and not path.with_suffix(".py").exists()]


def make_modules(notebooks: Sequence[Path]) -> None:
    """Write each notebook as a module for the script to import, into `MADE`."""
    for notebook in notebooks:
        with suppress(ImportError):  # not a notebook: of another milestone, or there were no script
            text = "\n\n".join(code_cells(notebook.read_bytes()))
            write_atomically(Path(MADE, f"{notebook.stem}.py"), f"{text}\n".encode())


def command_for(file: Path, submission: Path) -> str:
    """Return what one types to run the script: it finds modules beside it without being told."""
    is_module = submission.is_file() and submission.suffix == ".py"
    place = submission.parent if is_module else submission
    beside = file.resolve().parent == place.resolve()
    command = quoted("python", file, *(() if beside or place.is_file() else (place,)))
    return f"{command} FOLDER (the work, unpacked as .py files)" if place.is_file() else command


def quoted(*words: object) -> str:
    """Return a command as this system's shell reads it."""
    join = subprocess.list2cmdline if os.name == "nt" else shlex.join
    return join([str(word) for word in words])


def smallest(id: str, submission: Path, course: Course) -> CheckRun:
    """Return the run of check `id` on the smallest inputs that fail as its own do."""
    milestones = selection.checks(course, [id]).milestones
    how = own_settings(course, None, frozenset({id}))
    launcher = workers(how, milestones)
    with staged(own_work(submission), course.modules) as copy:

        def judged(cut: Cut | None) -> CheckRun:
            return session.run_session(copy, milestones, replace(how, cut=cut), launcher).runs[0]

        full = judged(None)
        smaller = (judged(cut) for cut in _cuts(id)) if full.result.status == "failed" else ()
        return next((run for run in smaller if _alike(run, full)), full)


def _cuts(id: str) -> Sequence[Cut]:
    """Return the cuts that right work passes check `id` with, the smallest inputs first."""
    known = catalogue.load_catalogue(id.partition(".")[0]).cuts
    return [CUTS[place] for place in known.get(id, ())]


def _alike(run: CheckRun, other: CheckRun) -> bool:
    """Whether two runs failed in the same way, by what their messages say around the numbers."""
    return _failure(run) == _failure(other)


def _failure(run: CheckRun) -> tuple[str, str]:
    first = run.result.message.partition("\n")[0]
    return run.result.status, VARYING.sub("", first)
