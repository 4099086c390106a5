"""Where to read how others solved a milestone: shown when its public checks pass."""

import os
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Part
from autograder.course.tasks import tasks_by_check
from autograder.judge.spec import list_checks
from autograder.language.catalogue import translate
from autograder.reports import record
from autograder.reports.terminal import Handouts
from autograder.score import CheckResult

SECTION = "Compare ideas"  # the last section of every handout


def find_passed(checks: Sequence[CheckResult], milestones: Sequence[Part]) -> list[Part]:
    """Return the milestones of which every public check is in `checks`, and passed."""
    passed = {check.id for check in checks if check.status == "passed"}
    return [milestone for milestone in milestones if _public_ids(milestone) <= passed]


def _public_ids(milestone: Part) -> set[str]:
    return {listed.id for listed in list_checks(milestone.id, milestone.checks)}


def ideas_line(milestone: Part, folder: Path) -> str:
    """Return the line for one milestone; with a path only where `folder` has the handout."""
    return translate(
        'All public checks of {id} pass. Read "Compare ideas" in {handout}',
        id=milestone.id,
        handout=handout_name(milestone, folder),
    )


def describe_handouts(milestones: Sequence[Part], folder: Path) -> Handouts:
    """Return the tasks of `milestones`, and the handouts that number them."""
    guides = {part.id: handout_name(part, folder) for part in milestones}
    return Handouts(tasks_by_check(milestones), guides)


def handout_name(milestone: Part, folder: Path) -> str:
    """Return where the tasks of a milestone stand: with a path only where `folder` has them."""
    handout = record.find_handouts(folder) / f"{milestone.folder}.md"
    if handout.is_file():
        return str(_relative_path(handout))
    return translate("the handout {name}", name=handout.name)


def _relative_path(file: Path) -> Path:
    here, path = Path.cwd(), file.resolve()
    if path.parent.parent == here.parent:
        return Path(os.pardir, path.parent.name, path.name)
    return path.relative_to(here) if path.is_relative_to(here) else path
