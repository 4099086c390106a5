"""Checks on what a kernel has defined: its cells become a notebook of their own, judged as ever.

The judge is another process: what the learner's kernel did to NumPy or to the clock stays there.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Part, load_course
from autograder.intake.handout import guess_modules, read_handout
from autograder.intake.notebook import NoNotebook, read_code_cells, reduce_notebook
from autograder.intake.rules import SOURCES
from autograder.learning.earlier_work import find_module_file, plan_folder
from autograder.learning.executed import KernelModule, collect_module, read_cell
from autograder.learning.judge_process import Tell, judge_elsewhere
from autograder.run import selection
from autograder.sandbox.run_folder import temporary_folder
from autograder.score import Score
from autograder.stop import Stop
from autograder.words import join_first
from autograder.worker import magics
from autograder.worker.statements import list_definitions

LISTED = 5  # cells or names in a sentence
COUNTS = "the saved file is what counts"
OF_KIT = re.compile(r"^\s*from autograder\.notebook import\b", re.MULTILINE)  # no cell of the work


@dataclass(frozen=True)
class KernelScore:
    """What the checks say of a kernel.

    Attributes
    ----------
    score : Score
        Its messages name cells as the margin does: ``cell [7] line 12``.
    notes : list of str
        What was judged, and where the saved notebook differs.
    """

    score: Score
    notes: Sequence[str] = field(default_factory=list)


def check_kernel(
    ids: Sequence[str],
    history: Sequence[str],
    namespace: Mapping[str, Any],
    folder: Path,
    tell: Tell = lambda news, is_judged: None,
) -> KernelScore:
    """Judge what a kernel has defined.

    Parameters
    ----------
    ids : sequence of str
        ``m1``, ``m1.tanh``; none for the milestone that the kernel's cells are of.
    history : sequence of str
        The cells that have run, as they were typed; the place of each is its number.
    namespace : mapping
        The kernel's names and their values.
    folder : Path
        Where the notebook lies, and earlier milestones with it.
    tell : callable
        Gets how far it has got, and whether all verdicts are there.

    Raises
    ------
    Stop
        Where there is nothing to judge; the message says why.
    """
    course = load_course()
    cells = [
        read_cell(number, source)
        for number, source in enumerate(history)
        if source.strip() and not OF_KIT.search(source)
    ]
    made = collect_module(cells, namespace)
    own = guess_modules(made.text, course.modules)
    if own:
        wanted = {name for module in own for name in read_handout(module).defines}
        made = collect_module(cells, namespace, wanted)
    parts = _choose_parts(ids, own)
    chosen = ids or [part.id for part in parts]
    notes = [*_describe_work(parts, own, made, folder)]
    with temporary_folder() as place:
        copy = place / "work"
        _write_work(parts, own, made, folder, copy)
        score = judge_elsewhere(chosen, copy, place, tell)
    for check in score.checks:
        check.message = name_cells(check.message, own)
    return KernelScore(score, notes)


def _choose_parts(ids: Sequence[str], own: Sequence[str]) -> list[Part]:
    course = load_course()
    if ids:
        return selection.choose_checks(course, ids).milestones
    parts = [part for part in course.parts if part.module in own]
    if not parts:
        raise Stop(
            "this kernel has defined nothing of a milestone yet: run the notebook's cells first, "
            "or name what to check: %check m1"
        )
    return parts


def _describe_work(
    parts: Sequence[Part], own: Sequence[str], made: KernelModule, folder: Path
) -> Iterator[str]:
    """Yield what is judged of each part, and what of the kernel is not."""
    for part in parts:
        if part.module in own:
            numbers = [f"[{cell.number}]" for cell in made.cells]
            yield f"judged as this kernel ran it, cells {', '.join(numbers)}; {COUNTS}"
            others = [folder / f"{module}.ipynb" for module in own if module != part.module]
            yield from compare_saved(made, folder / f"{part.module}.ipynb", others)
            continue
        file = find_module_file(part.module, folder)
        if file is None:
            raise Stop(
                "this kernel has defined nothing of {module}.py, and no {module}.ipynb is saved "
                "here: run the notebook's cells first",
                module=part.module,
            )
        yield f"{part.id} is judged as saved in {file.name}: this kernel defines nothing of it"
    if own and made.unknown:
        names = join_first(made.unknown, LISTED)
        yield f"not judged: {names}; no cell of this kernel defines it (%run and exec leave none)"


def compare_saved(made: KernelModule, notebook: Path, others: Sequence[Path] = ()) -> Iterator[str]:
    """Yield in what the saved notebook is not what the kernel ran.

    Parameters
    ----------
    made : KernelModule
        What the kernel has defined.
    notebook : Path
        The file that would be graded.
    others : sequence of Path
        Notebooks of further modules of which this kernel ran the cells.
    """
    if not notebook.is_file():
        yield f"there is no {notebook.name} in this folder: save this notebook as that; {COUNTS}"
        return
    try:
        saved = _read_sources(notebook)
    except NoNotebook as problem:
        yield f"{notebook.name}, as it is saved, cannot be graded: {problem}"
        return
    kept = {*saved}
    for other in others:
        with suppress(NoNotebook, OSError):
            kept |= {*_read_sources(other)}
    current = [cell for cell in made.cells if cell.number in made.current]
    unsaved = [f"[{cell.number}]" for cell in current if cell.source.strip() not in kept]
    ran = {cell.source.strip() for cell in made.cells}
    waiting = [
        f"code cell {number}"
        for number, source in enumerate(saved, start=1)
        if source not in ran and list_definitions(magics.python_source(source))
    ]
    if unsaved:
        yield f"save the notebook: {notebook.name} as saved lacks {join_first(unsaved, LISTED)}"
    elif waiting:
        cells = join_first(waiting, LISTED)
        yield f"run the notebook: what {notebook.name} as saved has in {cells} did not run here"


def _read_sources(notebook: Path) -> list[str]:
    return [source.strip() for source in read_code_cells(notebook.read_bytes())]


def _write_work(
    parts: Sequence[Part], own: Sequence[str], made: KernelModule, folder: Path, copy: Path
) -> None:
    """Write what would be graded of `folder`, with what the kernel defined in its place."""
    plan = plan_folder(folder)
    taken = {}
    if plan:
        taken = {plan.targets[name]: read for name, read in plan.sources}
        taken |= {name: read for name, (_, read) in plan.documents.items()}
    for step in (step for part in parts for step in load_course().steps_to(part)):
        file = find_module_file(step.module, folder)
        if file and not any(f"{step.module}{suffix}" in taken for suffix in SOURCES):
            taken[f"{step.module}{file.suffix}"] = file.read_bytes
    for module in own:
        for suffix in SOURCES:
            taken.pop(f"{module}{suffix}", None)
    copy.mkdir()
    for name, read in taken.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(read())
    for module in own:
        (copy / f"{module}.ipynb").write_bytes(_write_notebook(made.list_sources()))


def _write_notebook(sources: Sequence[str]) -> bytes:
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    return reduce_notebook(json.dumps({"cells": cells, "nbformat": 4}).encode())


def name_cells(message: str, own: Sequence[str]) -> str:
    """Return `message` with the kernel's cells as the margin has them: ``cell [7] line 12``."""
    if not own:
        return message
    modules = "|".join(map(re.escape, own))
    message = re.sub(rf"\b(?:{modules})\.ipynb\[(\d+)\]:(\d+)", r"cell [\1] line \2", message)
    return re.sub(rf"\b(?:{modules})\.ipynb\[(\d+)\]", r"cell [\1]", message)
