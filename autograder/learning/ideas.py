"""Where to read how others solved a milestone: offered when its public checks pass."""

import os
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Milestone
from autograder.judge.spec import list_checks
from autograder.reports import record
from autograder.score import CheckResult

SECTION = "Compare ideas"  # the last section of every handout


def offers(
    checks: Sequence[CheckResult], milestones: Sequence[Milestone], folder: Path
) -> list[str]:
    """Return a line for each milestone of which every public check is in `checks`, and passed."""
    passed = {check.id for check in checks if check.status == "passed"}
    return [offer(one, folder) for one in milestones if _public(one) <= passed]


def _public(milestone: Milestone) -> set[str]:
    return {listed.id for listed in list_checks(milestone.id, milestone.checks)}


def offer(milestone: Milestone, folder: Path) -> str:
    """Return the line for one milestone; with a path only where `folder` has the handout."""
    handout = record.handouts(folder) / f"{milestone.folder}.md"
    where = _from_here(handout) if handout.is_file() else f"the handout {handout.name}"
    return f'All public checks of {milestone.id} pass. Read "{SECTION}" in {where}'


def _from_here(file: Path) -> Path:
    here, whole = Path.cwd(), file.resolve()
    if whole.parent.parent == here.parent:
        return Path(os.pardir, whole.parent.name, whole.name)
    return whole.relative_to(here) if whole.is_relative_to(here) else whole
