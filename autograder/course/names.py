"""Names of submissions, compared as people read them."""

import unicodedata


def matching_name(name: str) -> str:
    """Return the form in which names are compared: composed letters, no blanks around it.

    macOS takes letters apart (NFD), spreadsheets and forms do not, and both add blanks.
    """
    return unicodedata.normalize("NFC", name).strip()
