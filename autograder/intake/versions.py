"""Names that tell a state of the work, not a person: ``attempt 1``, ``final``, a date."""

import re
import unicodedata
from collections.abc import Sequence

from autograder.intake.submission import WORD

VERSION_WORDS = frozenset({  # of folders and files that one person has several of
    "again", "archive", "assignment", "assignments", "attempt", "autograd", "backup", "bak",
    "build", "code", "complete", "convolution", "copy", "current", "data", "deep", "demo", "demos",
    "done", "draft", "example", "examples", "exercise", "exercises", "experiment", "experiments",
    "export", "exports", "final", "finished", "first", "from", "given", "handout", "handouts",
    "homework", "hw", "kit", "lab", "last", "latest", "learning", "lib", "loop", "m", "main",
    "master", "micrograd", "milestone", "milestones", "mine", "ml", "mlp", "module", "modules",
    "my", "net", "nets", "network", "neural", "new", "newest", "nn", "notebook", "notebooks",
    "notes", "of", "old", "older", "one", "orig", "original", "part", "playground", "previous",
    "project", "projects", "py", "python", "scalar", "scratch", "second", "sketch", "sketches",
    "solution", "solutions", "solved", "source", "src", "start", "starter", "step", "stub", "stubs",
    "submit", "task", "tasks", "temp", "template", "test", "tests", "the", "third", "tmp", "todo",
    "transformer", "try", "two", "unfinished", "v", "ver", "version", "week", "work", "working",
    # German
    "abgabe", "abgaben", "alt", "alte", "aufgabe", "aufgaben", "bearbeitet", "entwurf", "erste",
    "fertig", "kopie", "letzte", "loesung", "loesungen", "lösung", "lösungen", "neu", "neue",
    "projekt", "sicherung", "stand", "teil", "uebung", "uebungen", "versuch", "versuche", "vorlage",
    "woche", "zweite", "zwischenstand", "übung", "übungen",
})  # fmt: skip
DATE = re.compile(r"(?:19|20)\d\d([-_. ])\d\d\1\d\d\b.*|\d\d([-_. ])\d\d\2(?:20)?\d\d\b.*")


def is_version(name: str, modules: Sequence[str]) -> bool:
    """Whether a folder or file is named for a state of the work: ``attempt 1``, a date."""
    if DATE.fullmatch(name):
        return True
    known = VERSION_WORDS.union(modules)
    words = WORD.findall(unicodedata.normalize("NFC", name).casefold())
    telling = [word for word in words if len(word) > 1 or word in known]  # "part b", not "b"
    return bool(telling) and known.issuperset(telling)
