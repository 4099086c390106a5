"""``autograder repro``: a failing check as a script, on the smallest inputs that still fail."""

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from autograder.checks import session
from autograder.checks.session import Run
from autograder.cli import choose
from autograder.cli.grading import own_settings, own_work, staged, workers
from autograder.cli.out import require, writing
from autograder.cli.script import script
from autograder.cli.stop import Stop
from autograder.course import Course, load
from autograder.files import write_atomically
from autograder.grading.submission import MADE
from autograder.judging import diagnosis
from autograder.judging.small import CUTS, Cut
from autograder.sandbox.modules import code_cells

VARYING = re.compile(r"\(.*?\)|\[.*?\]|[-\d][\d.e+-]*")  # shapes, places and numbers in a message


def run(id: str, submission: Path, out: Path | None) -> None:
    """Run check `id`; where it fails write a script, where it passes say so."""
    id = choose.check(id).id
    choose.work(submission)
    file = out or Path(f"repro_{id.replace('.', '_')}.py")
    require(file)
    course = load()
    failed = smallest(id, submission, course)
    if failed.result.status == "passed":
        raise Stop(f"{id} passes: there is nothing to reproduce", 1)
    if not failed.exchanges:
        raise Stop(f"{id} did not run: {failed.result.message}", 1)
    with writing(file):
        write_atomically(file, script(failed, course).encode())
    if notebooks := _notebooks(submission, course):
        with writing(Path(MADE)):
            _make_modules(notebooks)
        submission = Path(MADE)
        print(f"{MADE}: your notebooks as modules, for it to import; they are not graded")
    print(f"{file}: run it with: {_command(file, submission)}")


def _notebooks(submission: Path, course: Course) -> list[Path]:
    """Return the notebooks in a folder that stand in for modules."""
    paths = [submission / f"{module}.ipynb" for module in course.modules]
    return [path for path in paths if path.is_file() and not path.with_suffix(".py").exists()]


def _make_modules(notebooks: Sequence[Path]) -> None:
    for notebook in notebooks:
        with suppress(ImportError):  # not a notebook: of another milestone, or there were no script
            text = "\n\n".join(code_cells(notebook.read_bytes()))
            write_atomically(Path(MADE, f"{notebook.stem}.py"), f"{text}\n".encode())


def _command(file: Path, submission: Path) -> str:
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


def smallest(id: str, submission: Path, course: Course) -> Run:
    """Return the run of check `id` on the smallest inputs that fail as its own do."""
    milestones = choose.checks(course, [id]).milestones
    how = own_settings(course, None, frozenset({id}))
    launcher = workers(how, milestones)
    with staged(own_work(submission), course.modules) as copy:

        def judged(cut: Cut | None) -> Run:
            return session.run(copy, milestones, replace(how, cut=cut), launcher).runs[0]

        full = judged(None)
        smaller = (judged(cut) for cut in _cuts(id)) if full.result.status == "failed" else ()
        return next((run for run in smaller if _alike(run, full)), full)


def _cuts(id: str) -> Sequence[Cut]:
    """Return the cuts that right work passes check `id` with, the smallest inputs first."""
    known = diagnosis.catalogue(id.partition(".")[0]).cuts
    return [CUTS[place] for place in known.get(id, ())]


def _alike(run: Run, other: Run) -> bool:
    """Whether two runs failed in the same way, by what their messages say around the numbers."""
    return _told(run) == _told(other)


def _told(run: Run) -> tuple[str, str]:
    first = run.result.message.partition("\n")[0]
    return run.result.status, VARYING.sub("", first)
