"""The help that a course keeps from its students: hints alone, or in an exam all of it."""

from autograder.course import load_course
from autograder.stop import Stop
from autograder.words import Phrase


def require_hints() -> None:
    """Stop where the course gives no hints."""
    course = load_course()
    if not course.shows_hints:
        why = "this is an exam" if course.exam.on else "this course gives none"
        raise Stop("there are no hints: {why}; 'autograder check' says what fails", why=Phrase(why))


def require_no_exam(command: str) -> None:
    """Stop in an exam, which does without `command`."""
    if load_course().exam.on:
        raise Stop(
            "'{command}' is off: this is an exam; 'autograder check' says what fails",
            command=command,
        )
