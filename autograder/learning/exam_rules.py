"""The help that a course keeps from its students: hints alone, or in an exam all of it."""

from autograder.course import load_course
from autograder.stop import Stop


def require_hints() -> None:
    """Stop where the course gives no hints."""
    course = load_course()
    if not course.shows_hints:
        why = "this is an exam" if course.exam.on else "this course gives none"
        raise Stop(f"there are no hints: {why}; 'autograder check' says what fails")


def require_no_exam(command: str) -> None:
    """Stop in an exam, which does without `command`."""
    if load_course().exam.on:
        raise Stop(f"'{command}' is off: this is an exam; 'autograder check' says what fails")
