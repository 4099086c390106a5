"""Which language a person reads: an option, the environment, the course or the system says it."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import get_args

from autograder.course.course import Language, load_course
from autograder.course.keys import CourseError
from autograder.stop import Stop

OPTION = "--language"
VARIABLE = "AUTOGRADER_LANGUAGE"
SYSTEM_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts
ENGLISH = "en"
LANGUAGES: tuple[str, ...] = tuple(filter(None, get_args(Language)))


@cache
def choose_language() -> str:
    """Return the code of the language that is shown: ``en`` where nothing else is asked for."""
    wanted = (_read_code(os.environ.get(VARIABLE, "")), _course_language(), _system_language())
    return next((code for code in wanted if code in LANGUAGES), ENGLISH)


def _read_code(name: str) -> str:
    """Return the code of a language in any form: ``de`` of ``de_AT.UTF-8`` and ``de-CH``."""
    return re.split(r"[-_.@]", name.strip().lower())[0]


def _course_language() -> str:
    with suppress(CourseError):  # the command that needs the course says what is wrong with it
        return load_course().language
    return ""


def _system_language() -> str:
    names = filter(None, map(os.environ.get, SYSTEM_VARIABLES))
    return _read_code(next(names, ""))


def set_language(name: str | None) -> None:
    """Show everything in the language `name`; without it, check the one that is in force.

    Raises
    ------
    Stop
        Where there is no such language, with those there are.
    """
    asked = name if name is not None else os.environ.get(VARIABLE, "")
    if asked and _read_code(asked) not in LANGUAGES:
        there = ", ".join(LANGUAGES)
        raise Stop("there is no language {asked!r}; there are {there}", asked=asked, there=there)
    if name is not None:
        os.environ[VARIABLE] = name
    choose_again()  # a program may run several commands


def choose_again() -> None:
    """Let the next text be in the language of a course file that is named by now."""
    choose_language.cache_clear()


@contextmanager
def language_of_others() -> Iterator[None]:
    """Leave out the system's language: what is handed out is in the course's, or as asked for."""
    before = os.environ.get(VARIABLE, "")
    os.environ[VARIABLE] = before or _course_language() or ENGLISH
    choose_again()
    try:
        yield
    finally:
        os.environ[VARIABLE] = before
        choose_again()


def take_option(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the language that a command line asks for, wherever on it, and the other words."""
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    for index, word in enumerate(words[:end]):
        if word.startswith(f"{OPTION}="):
            return word.partition("=")[2], words[:index] + words[index + 1 :]
        if word == OPTION and index + 1 < end:
            return words[index + 1], words[:index] + words[index + 2 :]
    return None, words
