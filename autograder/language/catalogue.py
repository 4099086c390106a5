"""The catalogue of a language: a text in English in, the same in the reader's language out.

The catalogues are gettext's: ``locale/de/LC_MESSAGES/autograder.po`` is written by people, and the
``.mo`` beside it, which is read here, is made from it by ``make messages``.
"""

import gettext
import struct
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from autograder.language.choice import ENGLISH, choose_language

FOLDER = Path(__file__).with_name("locale")
DOMAIN = "autograder"
DAMAGES = (OSError, ValueError, LookupError, struct.error)  # what a file may hold that is none
reported: set[str] = set()  # languages whose damage was said


def translate(text: str, /, **values: object) -> str:
    """Return `text` in the reader's language, with `values` for its names in braces.

    Without `values` braces are letters like all others. What the catalogue lacks stays in English.
    """
    language = choose_language()
    if language == ENGLISH:
        return text.format(**values) if values else text
    return fill(text, load_catalogue(language).gettext(text) if text else text, values)


def translate_count(one: str, many: str, count: int, **values: object) -> str:
    """Return the form of a text for `count` things, which its names in braces may be, too."""
    language = choose_language()
    values["count"] = count
    english = one if count == 1 else many
    if language == ENGLISH:
        return english.format(**values)
    return fill(english, load_catalogue(language).ngettext(one, many, count), values)


def fill(english: str, text: str, values: Mapping[str, object]) -> str:
    """Return `text` with `values`, or `english` where the two do not name the same ones."""
    if not values:
        return text
    if text != english and find_names(text) != find_names(english):
        report_damage(f"the translation of {english!r} names other values")
        text = english
    return text.format(**values)


@cache
def find_names(text: str) -> frozenset[str]:
    """Return what stands in braces in a text, with its format; a brace alone is a name, too."""
    try:
        fields = [(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None]
    except ValueError as problem:
        return frozenset({str(problem)})
    return frozenset(f"{name}:{spec}" if spec else name for name, spec in fields)


@cache
def load_catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of `language`; an empty one where it cannot be read."""
    file = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with file.open("rb") as opened:
            return gettext.GNUTranslations(opened)
    except DAMAGES as problem:
        report_damage(f"{file.name} of {language!r} cannot be read ({type(problem).__name__})")
        return gettext.NullTranslations()


def report_damage(reason: str) -> None:
    """Say once that some texts stay in English, and why."""
    if choose_language() not in reported:
        reported.add(choose_language())
        line = f"autograder: {reason}: it stays in English; install the kit again, or tell us"
        print(line, file=sys.stderr)
