"""When the comparison with others' ideas is offered, and what the offer names."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.course import Part, load_course
from autograder.judge.spec import list_checks
from autograder.learning.ideas import find_passed, ideas_line
from autograder.score import CheckResult, Status

MILESTONES = load_course().milestones
M1, M2 = MILESTONES[:2]


def ideas_for_passed(
    checks: list[CheckResult], milestones: Sequence[Part], folder: Path
) -> list[str]:
    return [ideas_line(part, folder) for part in find_passed(checks, milestones)]


def results(*milestones: object, **changed: Status) -> list[CheckResult]:
    """Return all public checks as passed, but for those in `changed`."""
    return [
        CheckResult(
            one.id, one.title, "golden", "public", changed.get(one.id[3:], "passed"), 1.0, 1.0
        )
        for milestone in milestones
        for one in list_checks(milestone.id, milestone.checks)  # type: ignore[attr-defined]
    ]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "handouts").mkdir()
    (tmp_path / "handouts/m1_scalar_autograd.md").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_public_checks_passed_is_what_it_takes(work: Path) -> None:
    full = results(M1)
    assert len(ideas_for_passed(full, MILESTONES, work)) == 1
    for place in range(len(full)):
        assert ideas_for_passed(full[:place] + full[place + 1 :], MILESTONES, work) == []
    assert ideas_for_passed([], MILESTONES, work) == []


@pytest.mark.parametrize(
    "status", ["failed", "missing", "blocked", "timeout", "crashed", "rejected", "error"]
)
def test_one_check_that_did_not_pass_is_enough_for_no_offer(work: Path, status: Status) -> None:
    assert ideas_for_passed(results(M1, deep_chain=status), MILESTONES, work) == []
    others = ideas_for_passed(results(M1, M2, deep_chain=status), MILESTONES, work)
    assert [line.partition(" Read")[0] for line in others] == ["All public checks of m2 pass."]


def test_the_offer_names_the_file_and_the_section(work: Path) -> None:
    wanted = 'All public checks of m1 pass. Read "Compare ideas" in handouts/m1_scalar_autograd.md'
    assert ideas_line(M1, work) == ideas_line(M1, Path()) == wanted


@pytest.mark.parametrize("folder", [Path(), None], ids=["here", "whole"])
def test_in_a_kit_the_handout_lies_beside_the_work(
    work: Path, monkeypatch: pytest.MonkeyPatch, folder: Path | None
) -> None:
    for name in ("kit", "work"):
        (work / name).mkdir()
    monkeypatch.chdir(work / "work")
    told = ideas_line(M1, work / "work" if folder is None else folder)
    assert told.endswith('Read "Compare ideas" in ../handouts/m1_scalar_autograd.md')


def test_a_handout_that_is_not_there_has_no_path(work: Path) -> None:
    assert ideas_line(M2, work).endswith('Read "Compare ideas" in the handout m2_scalar_mlp.md')


def test_from_elsewhere_the_path_is_whole(
    work: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert ideas_line(M1, work).endswith(f"in {work / 'handouts/m1_scalar_autograd.md'}")
