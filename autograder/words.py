"""Words for people, shared by all modules that print.

What comes from submissions is shown by one rule, `escape_unseen`, wherever people read it.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence

LONGEST_SHOWN = 100  # characters of a name in a sentence
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they turn the text after them
JOINING = "\u0620-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
PICTURES = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
AT_WORK = re.compile(  # what nobody sees, where it makes of its neighbours what people see
    "|".join([
        rf"(?<=[{JOINING}])\u200c(?=[{JOINING}])",  # a letter of a Persian name keeps its form
        rf"(?<=[{JOINING}])\u200d(?!\u200d)",  # letters of an Indic name join
        rf"(?<=[\ufe0f{PICTURES}])\u200d(?=[{PICTURES}])",  # pictures make a family
        rf"(?<=[0-9#*{PICTURES}])[\ufe0e\ufe0f]",  # in colour, or as a letter
        "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",  # Scotland's flag
        rf"(?<=[{IDEOGRAPHS}])[\ufe00-\ufe02\U000e0100-\U000e01ef]",  # a form of a family name
        rf"(?<=[\u3040-\u30ff{IDEOGRAPHS}])\u3000(?=[\u3040-\u30ff{IDEOGRAPHS}])",  # a wide blank
    ])
)  # fmt: skip
LOOKS_EMPTY = re.compile(  # though Python prints it
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


class Note(str):
    """A sentence that fits a terminal; `whole` is the same with every name that it leaves out."""

    whole: str

    def __new__(cls, text: str, whole: str = "") -> "Note":
        """Return a note; without `whole` it leaves nothing out."""
        note = super().__new__(cls, text)
        note.whole = whole or text
        return note


class Phrase:
    """Words with values for their names in braces: English, until they are translated where shown.

    Without values braces are letters like all others. A value may be a phrase itself.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template


def join_first(words: Sequence[str], most: int) -> str:
    """Return the first `most` words as a list in a sentence, with dots for the rest."""
    more = ", ..." if len(words) > most else ""
    return ", ".join(words[:most]) + more


def plain_name(name: str) -> str:
    """Return `name` as people see it: one form of each letter, no blanks around it, no controls.

    Names from file systems, tables and course files are compared in this form: macOS takes letters
    apart (NFD), spreadsheets and forms do not, and both add blanks.
    """
    return escape_controls(unicodedata.normalize("NFC", name).strip())


def escape_controls(text: str) -> str:
    """Return `text` with the numbers of the characters that would steer a terminal.

    Characters that join letters stay, though nobody sees them: names of people have them.
    """
    return "".join(_number(char) if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in TURNS


def escape_unseen(text: str) -> str:
    """Return `text` as it is shown: what cannot be seen, or steers what is, stands as its number.

    What joins letters and pictures stays where it does; what is escaped once stays as it is.
    """
    if text.isprintable() and (text.isascii() or not LOOKS_EMPTY.search(text)):
        return text
    kept = {place for match in AT_WORK.finditer(text) for place in range(*match.span())}
    return "".join(
        _number(char) if _is_unseen(char) and place not in kept else char
        for place, char in enumerate(text)
    )


def _is_unseen(char: str) -> bool:
    return not char.isprintable() or LOOKS_EMPTY.match(char) is not None


def _number(char: str) -> str:
    return char.encode("unicode_escape").decode()


def escape_lines(text: str) -> str:
    """Return a text of several lines as it is shown, each by the rule of `escape_unseen`."""
    if text.isascii() and text.isprintable():  # most are one such line
        return text
    return "\n".join(map(escape_unseen, text.replace("\r\n", "\n").split("\n")))


def show_name(name: str) -> str:
    """Return `name` as it is shown in a sentence: shortened, and by the rule of `escape_unseen`."""
    return escape_unseen(name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}...")


def list_shown(names: Sequence[str], most: int = sys.maxsize) -> str:
    """Return the first `most` names, or all of them, as a list in a sentence."""
    return join_first([show_name(name) for name in names], most)
