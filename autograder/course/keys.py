"""The keys of a file that a teacher writes: which there are, and what may stand behind each.

A wrong one is one line that names the nearest right one.
"""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec

from autograder.course.kinds import describe_kind
from autograder.stop import Refusal
from autograder.words import Phrase


class CourseError(Refusal, ValueError):
    """A course file that cannot be used; the sentence says where and what to write."""


def require_names(table: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    """Refuse a key of `table` that is not one of `names`, with the nearest that is.

    `where` stands before the key: ``grading.``.
    """
    for key in table:
        if key not in names:
            raise CourseError(
                "there is no key {where}{key}; {advice}",
                where=where,
                key=key,
                advice=suggest_word(key, names),
            )


def require_choices(table: Mapping[str, Any], type_: type[msgspec.Struct], where: str) -> None:
    """Refuse a value that is none of those a field of `type_` may have."""
    for field in msgspec.structs.fields(type_):
        choices = list_choices(field.type)
        if choices and field.name in table and table[field.name] not in choices:
            got = table[field.name]
            raise CourseError(
                "{where}{name} is {got!r}; {advice}",
                where=where,
                name=field.name,
                got=got,
                advice=suggest_word(str(got), choices),
            )


def list_choices(type_: Any) -> tuple[str, ...]:
    """Return the values that a field may have; none where it is open."""
    inner = get_args(type_)[0] if hasattr(type_, "__metadata__") else type_
    return get_args(inner) if getattr(inner, "__origin__", None) is Literal else ()


def require_values(
    table: Mapping[str, Any], type_: type[msgspec.Struct], where: str, only: Sequence[str] = ()
) -> None:
    """Refuse a value of another kind than its field of `type_`, or out of its bounds.

    `where` has a gap for the key: ``grading.{}``; with `only`, no other keys are looked at.
    """
    for field in msgspec.structs.fields(type_):
        if field.name in table and field.name in (only or table):
            value = table[field.name]
            if kind := describe_kind(value, field.type):
                raise CourseError(
                    "{key} is {value!r}; wanted {kind}",
                    key=where.format(field.name),
                    value=value,
                    kind=kind,
                )


def no_such(noun: str, word: object, advice: Phrase) -> Phrase:
    """Return a sentence on a `noun` that there is not, and what there is instead."""
    return Phrase(
        "there is no {noun} {word!r}; {advice}", noun=Phrase(noun), word=word, advice=advice
    )


def suggest_word(word: str, words: Sequence[str]) -> Phrase:
    """Return the nearest of `words` as a question, or all of them where none is near."""
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return Phrase("did you mean {word}?", word=close[0])
    return Phrase("there are {words}", words=", ".join(filter(None, words)))
