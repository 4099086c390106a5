"""The roster beside the submissions: who handed nothing in, and whose names nobody has."""

from collections.abc import Sequence

from autograder.course.roster import Roster
from autograder.language.sentences import translate_note
from autograder.reports.notes import note_no_hand_in, note_strangers


def notes_on_roster(roster: Roster | None, submissions: Sequence[str]) -> list[str]:
    """Return notes on persons without a submission, on submissions without one, and on guesses."""
    if roster is None:
        return []
    students = [name for submission in submissions for name in roster.members(submission)]
    persons = {name: roster.person(name) for name in students}
    seen = {person.line for person in persons.values() if person}
    absent = [person.label for person in roster.persons if person.line not in seen]
    return [
        *map(translate_note, roster.notes),
        *note_strangers(roster.file.name, [name for name, one in persons.items() if one is None]),
        *note_no_hand_in(roster.file.name, absent, len(roster.persons)),
    ]
