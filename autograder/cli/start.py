"""``autograder start``: a workspace with stubs and handouts."""

from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course, Part, Unit, load_course
from autograder.course.assignments import COMPARISON, PICTURES, find_assignments
from autograder.course.course import is_any_of
from autograder.language.catalogue import translate
from autograder.language.handouts import find_handout
from autograder.run.selection import require_word
from autograder.stop import Stop, stop_on_write_error

ALL = "all"  # of the extras
COMPARED = "j"  # the notebook beside PyTorch


def run(folder: Path, notebook: bool, extras: Sequence[str] = ()) -> None:
    """Copy what is not there yet, and print what is new and what was kept."""
    course = load_course()
    parts = _choose_extras(course, extras) if extras else course.milestones
    files = [pair for part in parts for pair in _list_copies(part, folder, notebook)]
    if {COMPARED, ALL} & {*extras}:
        files.append((find_assignments() / COMPARISON, folder / Path(COMPARISON).name))
    if absent := next((source for source, _ in files if not source.is_file()), None):
        raise Stop(
            "this kit is incomplete: {absent} is missing; run 'make assignments'", 1, absent=absent
        )
    with stop_on_write_error(folder, "name another folder"):
        results = [(target, _copy_new(source, target)) for source, target in files]
    for target, is_new in results:
        if target.parent.name != PICTURES:  # they come with their handouts
            print(f"{translate('new ' if is_new else 'kept')}  {target}")
    how = f"autograder check {parts[0].id}" if extras and parts else "autograder watch"
    steps = "Next: read {handouts}, then cd {folder} && {command}"
    print(f"\n{translate(steps, handouts=folder / 'handouts', folder=folder, command=how)}")


def _choose_extras(course: Course, units: Sequence[str]) -> list[Part]:
    """Return the units that `units` name."""
    offered = [part for part in course.parts if part.is_extra]
    words = dict.fromkeys(word for part in offered for word in (part.id[0], part.id))
    for word in units:
        require_word(word, [*words, COMPARED, ALL], "unit")
    return [part for part in offered if ALL in units or is_any_of(part.id, units)]


def _list_copies(milestone: Part, folder: Path, notebook: bool) -> list[tuple[Path, Path]]:
    source = find_assignments() / milestone.folder
    stub = f"{milestone.module}.{'ipynb' if notebook else 'py'}"
    handout = folder / "handouts" / f"{milestone.folder}.md"
    files = [stub, *(milestone.documents if isinstance(milestone, Unit) else ())]
    copies = [(source / name, folder / name) for name in files]
    pictures = [
        (file, handout.parent / file.relative_to(source))
        for file in sorted(source.glob(f"{PICTURES}/*.svg"))
    ]
    return [*copies, (find_handout(source), handout), *pictures]


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
