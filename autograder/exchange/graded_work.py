"""The code that was graded, read again from the inbox; only what is still the same counts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course import Course
from autograder.intake import lone
from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Unusable
from autograder.run.inbox import read_inbox
from autograder.sandbox.run_folder import temporary_folder
from autograder.score import Score

Work = Mapping[str, str]  # module to its code


def read_graded_work(inbox: Path, course: Course, scores: Sequence[Score]) -> dict[str, Work]:
    """Return the code of each submission, by module; of those alone that have not changed."""
    graded = {score.submission.id: score for score in scores}
    ids = {part.id for score in scores for part in score.parts}
    chosen = [part for part in course.parts if part.id in ids]
    entries = lone.assign_modules(read_inbox(inbox, course.modules).entries, course.parts, chosen)
    found = {}
    for entry in entries:
        score = graded.get(entry.name)
        work = _read_work(entry, course.modules, score.submission.sha256) if score else None
        if work is not None:
            found[entry.name] = work
    return found


def _read_work(entry: Entry, modules: Sequence[str], sha256: str) -> Work | None:
    try:
        with temporary_folder() as folder:
            copy = stage_entry(entry, modules, folder)
            if copy.sha256 != sha256:
                return None
            return {name: code for name in modules if (code := _read_module(copy.folder, name))}
    except (Unusable, OSError):
        return None


def _read_module(folder: Path, module: str) -> str:
    source, notebook = folder / f"{module}.py", folder / f"{module}.ipynb"
    try:
        if source.is_file():
            return source.read_text("utf-8", "replace")
        if notebook.is_file():
            return "\n\n".join(read_code_cells(notebook.read_bytes()))
    except (OSError, NoNotebook):
        return ""
    return ""
