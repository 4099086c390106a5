"""Sections of the roster, where a teacher names one: an unknown one is refused in a line."""

from difflib import SequenceMatcher
from pathlib import Path

from autograder.course.course import Course
from autograder.course.keys import CourseError
from autograder.course.roster import Roster, load_roster
from autograder.words import Phrase, escape_unseen, join_first

LISTED = 8  # sections in a sentence


def load_people(course: Course, chosen: Path | None = None) -> Roster | None:
    """Return the roster, in which every section of the course's extensions is.

    Raises
    ------
    CourseError
        Where it cannot be used, or lacks a section.
    """
    roster = load_roster(course, chosen)
    for number, extension in enumerate(course.extensions, start=1):
        if extension.section:
            require_section(roster, extension.section, f"extension {number}")
    return roster


def require_section(roster: Roster | None, section: str, where: str) -> Roster:
    """Return the roster of `section`; `where` says who asks for it.

    Raises
    ------
    CourseError
        With the sections that there are, the nearest first.
    """
    if roster is None:
        raise CourseError(
            "{where}: a roster says who is in section {section}: add --roster FILE, or roster = "
            "'FILE' to the course's file",
            where=where,
            section=section,
        )
    kept = roster.keep_section(section)
    if not kept.persons:
        raise CourseError(
            "{where}: {name} has no section {section!r}; {advice}",
            where=where,
            name=roster.file.name,
            section=section,
            advice=_list_sections(roster, section),
        )
    return kept


def _list_sections(roster: Roster, wanted: str) -> Phrase:
    def distance(section: str) -> float:
        return -SequenceMatcher(None, wanted.casefold(), section.casefold()).ratio()

    nearest = [escape_unseen(section) for section in sorted(roster.sections, key=distance)]
    if not nearest:
        return Phrase("it names none: add a column section")
    return Phrase("it has {sections}", sections=join_first(nearest, LISTED))
