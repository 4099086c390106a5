"""The judge's sentences in the reader's language: a score has them in English, with their numbers.

Each is matched against templates: what stands in braces may be anything, and is itself read as a
sentence where it may be one. What no template fits stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from string import Formatter

from autograder.language.catalogue import fill, load_catalogue
from autograder.language.choice import ENGLISH, choose_language
from autograder.language.note_templates import NOTE_TEMPLATES
from autograder.language.templates import AS_WRITTEN, TEMPLATES

DEEPEST = 3  # sentences within sentences


def translate_sentence(message: str) -> str:
    """Return the message of a check, or the text of a hint, in the reader's language, by lines."""
    if choose_language() == ENGLISH:
        return message
    return "\n".join(_translate_line(line, TEMPLATES) for line in message.split("\n"))


def translate_note(note: str) -> str:
    """Return what a teacher is told of handed-in files in the reader's language."""
    return note if choose_language() == ENGLISH else _translate_line(note, NOTE_TEMPLATES)


def _translate_line(line: str, templates: Sequence[str], depth: int = 0) -> str:
    catalogue = load_catalogue(choose_language())
    text = catalogue.gettext(line) if line else line
    if text != line or depth > DEEPEST:
        return text
    for template in templates:
        values = match_template(template, line)
        if values is not None:
            parts = {
                name: value if name in AS_WRITTEN else _translate_line(value, templates, depth + 1)
                for name, value in values.items()
            }
            return fill(template, catalogue.gettext(template), parts)
    return line


def match_template(template: str, line: str) -> Mapping[str, str] | None:
    """Return what stands in `line` for each name of `template`; None where it is another sentence.

    Each part between two names is looked for once, from left to right: a line that a submission
    wrote cannot make this slow.
    """
    pieces, names = _split_template(template)
    if not names:
        return {} if line == template else None
    if not line.startswith(pieces[0]):
        return None
    ends = list(_find_ends(pieces, line))
    if len(ends) < len(pieces):
        return None
    values = [line[start:stop] for (_, start), (stop, _) in pairwise(ends)]
    return dict(zip(names, values, strict=True)) if all(values) else None


def _find_ends(pieces: tuple[str, ...], line: str) -> Iterator[tuple[int, int]]:
    """Yield where each piece begins and ends in `line`, as far as they are there in their order."""
    end = len(pieces[0])
    yield 0, end
    for piece in pieces[1:-1]:
        start = line.find(piece, end + 1)
        if start < 0:
            return
        end = start + len(piece)
        yield start, end
    start = len(line) - len(pieces[-1])
    if start > end and line.endswith(pieces[-1]):
        yield start, len(line)


@cache
def _split_template(template: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parts around the names of a template, and the names."""
    parsed = [(text, name) for text, name, _, _ in Formatter().parse(template)]
    pieces = [text for text, _ in parsed]
    names = [name for _, name in parsed if name is not None]
    return tuple(pieces if len(pieces) > len(names) else [*pieces, ""]), tuple(names)
