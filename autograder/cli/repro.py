"""``autograder repro``: a failing check as a script, on the smallest inputs that still fail."""

from pathlib import Path

from autograder.course import load_course
from autograder.files import write_atomically
from autograder.intake.rules import REPRO_FOLDER
from autograder.language.catalogue import translate
from autograder.learning.exam_rules import require_no_exam
from autograder.learning.repro import (
    find_notebooks,
    script_command,
    smallest_failure,
    write_modules,
)
from autograder.learning.script import render_script
from autograder.run import selection
from autograder.stop import Stop, stop_on_write_error, stop_unless_writable
from autograder.words import Phrase


def run(id: str, submission: Path, out: Path | None) -> None:
    """Run check `id`, and write a script that fails as it does."""
    require_no_exam("repro")
    id = selection.find_check(id).id
    selection.require_work(submission)
    file = out or Path(f"repro_{id.replace('.', '_')}.py")
    stop_unless_writable(file)
    course = load_course()
    failed = smallest_failure(id, submission, course)
    if failed.result.status == "passed":
        raise Stop("{id} passes: there is nothing to reproduce", 1, id=id)
    if not failed.exchanges:
        reason = Phrase(failed.result.message)
        raise Stop("{id} did not run: {reason}", 1, id=id, reason=reason)
    with stop_on_write_error(file):
        write_atomically(file, render_script(failed, course).encode())
    if notebooks := find_notebooks(submission, course):
        with stop_on_write_error(Path(REPRO_FOLDER)):
            write_modules(notebooks)
        submission = Path(REPRO_FOLDER)
        modules = "{folder}: your notebooks as modules, for it to import; they are not graded"
        print(translate(modules, folder=REPRO_FOLDER))
    command = script_command(file, submission)
    print(translate("{file}: run it with: {command}", file=file, command=command))
