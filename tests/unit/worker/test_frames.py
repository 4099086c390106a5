"""Whose lines a traceback shows: those of the submission, whatever name code was compiled with."""

from pathlib import Path

import pytest

from autograder.worker.protocol import Problem
from autograder.worker.serve import describe_exception


def problem_in(file: str, submission: Path, source: str = "1 / 0") -> Problem:
    """Return what is sent of an error in code that was compiled as `file`."""
    try:
        exec(compile(source, file, "exec"))
    except Exception as problem:
        return describe_exception(problem, str(submission))
    raise AssertionError


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/engine.py").write_text("a line of the work\n")
    for other in ("outside.py", "work-other.py"):
        (tmp_path / other).write_text("a line of another file\n")
    return tmp_path / "work"


@pytest.mark.parametrize("name", ["engine.py", "./engine.py", "//engine.py"])
def test_lines_of_the_submission_are_shown(submission: Path, name: str) -> None:
    (frame,) = problem_in(f"{submission}/{name}", submission).frames
    assert (frame.file, frame.line, frame.code) == ("engine.py", 1, "a line of the work")


@pytest.mark.parametrize("source", ["1 / 0", "1 /"])
@pytest.mark.parametrize(
    "name", ["/../outside.py", "/sub/../../outside.py", "-other.py", "/../work-other.py", "/..", ""]
)
def test_lines_of_other_files_are_not(submission: Path, name: str, source: str) -> None:
    assert problem_in(f"{submission}{name}", submission, source).frames == []
