"""``autograder start``: a workspace with stubs and handouts."""

from pathlib import Path

from autograder.course import Part, load_course
from autograder.course.assignments import find_assignments
from autograder.stop import Stop, stop_on_write_error


def run(folder: Path, notebook: bool) -> None:
    """Copy what is not there yet, and print what is new and what was kept."""
    files = [
        pair
        for milestone in load_course().milestones
        for pair in _list_copies(milestone, folder, notebook)
    ]
    if absent := next((source for source, _ in files if not source.is_file()), None):
        raise Stop(f"this kit is incomplete: {absent} is missing; run 'make assignments'", 1)
    with stop_on_write_error(folder, "name another folder"):
        results = [(target, _copy_new(source, target)) for source, target in files]
    for target, is_new in results:
        print(f"{'new ' if is_new else 'kept'}  {target}")
    print(f"\nNext: read {folder / 'handouts'}, then cd {folder} && autograder watch")


def _list_copies(milestone: Part, folder: Path, notebook: bool) -> list[tuple[Path, Path]]:
    source = find_assignments() / milestone.folder
    stub = f"{milestone.module}.{'ipynb' if notebook else 'py'}"
    handout = folder / "handouts" / f"{milestone.folder}.md"
    return [(source / stub, folder / stub), (source / "README.md", handout)]


def _copy_new(source: Path, target: Path) -> bool:
    """Copy unless something is there, and return whether it was copied; `x` mode leaves no race.

    Half a stub would be taken for the learner's work ever after, so none is left.
    """
    content = source.read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        new = target.open("xb")
    except FileExistsError:
        return False
    try:
        with new:
            new.write(content)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return True
