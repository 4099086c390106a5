"""``autograder repro``: a failing check as a script, on the smallest inputs that still fail."""

from pathlib import Path

from autograder.course import load
from autograder.files import write_atomically
from autograder.intake.rules import MADE
from autograder.learning.repro import command_for, make_modules, notebooks_in, smallest
from autograder.learning.script import script
from autograder.run import selection
from autograder.stop import Stop, require, writing


def run(id: str, submission: Path, out: Path | None) -> None:
    """Run check `id`; where it fails write a script, where it passes say so."""
    id = selection.check(id).id
    selection.work(submission)
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
    if notebooks := notebooks_in(submission, course):
        with writing(Path(MADE)):
            make_modules(notebooks)
        submission = Path(MADE)
        print(f"{MADE}: your notebooks as modules, for it to import; they are not graded")
    print(f"{file}: run it with: {command_for(file, submission)}")
