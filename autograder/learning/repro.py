"""A failing check on the smallest inputs that still fail, and the command for its script."""

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
from autograder.intake.rules import REPRO_FOLDER
from autograder.judge import session
from autograder.judge.outcome import CheckRun
from autograder.language.catalogue import translate
from autograder.numerics.small import CUTS, Cut
from autograder.run import selection
from autograder.run.configure import launcher_for, learner_settings
from autograder.run.entry import learner_entry, staged_submission
from autograder.worker.imports import code_cells

OF_IPYTHON = re.compile(r"\b(?:display|get_ipython)\(")
STAND_INS = "from unittest.mock import MagicMock\n\ndisplay = get_ipython = MagicMock()"
VARYING = re.compile(r"\(.*?\)|\[.*?\]|[-\d][\d.e+-]*")  # shapes, indices and numbers in a message


def find_notebooks(submission: Path, course: Course) -> list[Path]:
    """Return the notebooks in a folder that stand in for modules."""
    paths = [submission / f"{module}.ipynb" for module in course.modules]
    return [path for path in paths if path.is_file() and not path.with_suffix(".py").exists()]


def write_modules(notebooks: Sequence[Path]) -> None:
    """Write each notebook as a module for the script to import, into `MADE`."""
    for notebook in notebooks:
        with suppress(ImportError):  # not a notebook: of another milestone, or there were no script
            cells = code_cells(notebook.read_bytes(), f"{notebook.stem}.py")
            text = "\n\n".join(cells)
            text = f"{STAND_INS}\n\n{text}" if OF_IPYTHON.search(text) else text
            write_atomically(Path(REPRO_FOLDER, f"{notebook.stem}.py"), f"{text}\n".encode())


def script_command(file: Path, submission: Path) -> str:
    """Return the command that runs the script: it finds modules beside it by itself."""
    is_module = submission.is_file() and submission.suffix == ".py"
    work = submission.parent if is_module else submission
    is_beside = file.resolve().parent == work.resolve()
    command = quote_command("python", file, *(() if is_beside or work.is_file() else (work,)))
    if not work.is_file():
        return command
    return translate("{command} FOLDER (the work, unpacked as .py files)", command=command)


def quote_command(*words: object) -> str:
    """Return a command as this system's shell reads it."""
    join = subprocess.list2cmdline if os.name == "nt" else shlex.join
    return join([str(word) for word in words])


def smallest_failure(id: str, submission: Path, course: Course) -> CheckRun:
    """Return the run of check `id` on the smallest inputs that fail as its own do."""
    milestones = selection.choose_checks(course, [id]).milestones
    settings = learner_settings(course, None, frozenset({id}))
    launcher = launcher_for(settings, milestones)
    with staged_submission(learner_entry(submission), course.modules) as copy:

        def run_check(cut: Cut | None) -> CheckRun:
            return session.run_session(copy, milestones, replace(settings, cut=cut), launcher).runs[
                0
            ]

        full = run_check(None)
        cuts = _passing_cuts(id) if full.result.status == "failed" else ()
        pattern = _failure_pattern(full)
        return next((run for run in map(run_check, cuts) if _failure_pattern(run) == pattern), full)


def _passing_cuts(id: str) -> Sequence[Cut]:
    """Return the cuts that right work passes check `id` with, the smallest inputs first."""
    cuts = catalogue.load_catalogue(id.rpartition(".")[0]).cuts
    return [CUTS[index] for index in cuts.get(id, ())]


def _failure_pattern(run: CheckRun) -> tuple[str, str]:
    """Return the way a run failed: its status, and its message without the numbers."""
    first = run.result.message.partition("\n")[0]
    return run.result.status, VARYING.sub("", first)
