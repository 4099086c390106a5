"""Catalogues in step with the texts, and the files that are read: ``make messages``.

New texts come into every ``.po`` without a translation, those that are gone go from it.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autograder import __version__
from autograder.language.catalogue import DOMAIN, FOLDER
from autograder.language.choice import ENGLISH, LANGUAGES
from tests.languages.messages import list_messages

WIDTH = 100
MADE = datetime(2026, 11, 28, tzinfo=UTC)  # a file changes with its texts alone
TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]


def find_po(language: str) -> Path:
    """Return the file that people write."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """Return what people wrote."""
    with find_po(language).open("rb") as file:
        return read_po(file, locale=language)


def update_catalogue(written: Catalog) -> Catalog:
    """Return a catalogue of all messages, with the translations that `written` has."""
    fresh = Catalog(
        locale=written.locale,
        domain=DOMAIN,
        project="autograder",
        version=__version__,
        msgid_bugs_address="",
        last_translator="The autograder contributors",
        language_team=str(written.locale),
        creation_date=MADE,
        revision_date=MADE,
        header_comment="# What learners read, in this language. The texts come from 'make messages'.",
        fuzzy=False,
    )
    for message, source in list_messages().items():
        id = message if len(message) > 1 else message[0]
        known = written.get(id)
        flags, text = (known.flags, known.string) if known else ((), "")
        fresh.add(id, text, locations=[(source.replace(" ", "_"), None)], flags=flags)
    return fresh


def po_bytes(catalogue: Catalog) -> bytes:
    """Return a catalogue as people write it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, include_lineno=False)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def list_untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages that have no translation, one form of two, or one in doubt."""
    return [
        str(message.id)
        for message in catalogue
        if message.id
        and (message.fuzzy or not all(message.string if message.pluralizable else [message.string]))
    ]


def main() -> None:
    """Write both files of every language, and say what is to be translated."""
    for language in TRANSLATED:
        catalogue = update_catalogue(read_catalogue(language))
        find_po(language).write_bytes(po_bytes(catalogue))
        find_po(language).with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        left = list_untranslated(catalogue)
        print(
            f"{language}: {len(catalogue)} messages, {len(left)} to translate",
            *left[:20],
            sep="\n  ",
        )


if __name__ == "__main__":
    sys.exit(main())
