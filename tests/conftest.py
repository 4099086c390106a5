"""What all tests share: paths, the course, and one warm judge."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.intake.submission import Entry
from autograder.run.configure import limit_threads, make_settings
from autograder.run.entry import grade_entry
from autograder.run.grade import Grade
from tests.implementations import write_reference

ROOT = Path(__file__).parent.parent
os.environ["AUTOGRADER_LANGUAGE"] = "en"  # whatever the language of this machine


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def course() -> Course:
    """The course as it ships."""
    return load_course()


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Pin linear algebra as a judge process does."""
    limit_threads()


Judge = Callable[..., Grade]


@pytest.fixture(scope="session")
def judge(course: Course) -> Judge:
    """Grade a path as `grade` does: ``judge(path, "m1", hidden=True, isolation="strict")``."""

    def run(
        path: Path,
        *ids: str,
        hidden: bool = True,
        isolation: str = "strict",
        only: frozenset[str] | None = None,
    ) -> Grade:
        milestones = [course.part(id) for id in ids] or course.milestones
        how = replace(make_settings(course, None, isolation, hidden=hidden), only=only)
        return grade_entry(Entry(path.name, path), milestones, course.modules, how)

    return run


@pytest.fixture(scope="session")
def reference(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reference solutions of all milestones."""
    return write_reference(course.milestones, tmp_path_factory.mktemp("reference"))


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Make a submission from source texts: ``write(engine="...")``."""

    def files(**sources: str) -> Path:
        folder = tmp_path / "submission"
        folder.mkdir(exist_ok=True)
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source)
        return folder

    return files
