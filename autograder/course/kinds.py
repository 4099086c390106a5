"""The values that a key of a course file may have, in words."""

from datetime import datetime
from typing import Any, get_args

import msgspec

from autograder.words import Phrase

KINDS: dict[type, str] = {
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    datetime: "a time with its zone, such as 2026-10-01T23:59:00+02:00",
    str: "a text in quotes",
}
BOUNDS = ("ge", "gt", "le")


def describe_kind(value: Any, type_: Any) -> Phrase | None:
    """Return the kind of value that `type_` wants, in words; None where `value` is of that kind."""
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        kind, bounds = _base_kind(type_), _describe_bounds(_find_bounds(type_))
        is_kind = isinstance(value, (int, kind)) and not isinstance(value, bool)
        if not bounds:
            return Phrase(KINDS[kind])
        return (
            bounds
            if is_kind
            else Phrase("{kind}, {bounds}", kind=Phrase(KINDS[kind]), bounds=bounds)
        )
    return None


def _base_kind(type_: Any) -> type:
    base = getattr(type_, "__origin__", type_)
    return next((each for each in (base, *get_args(base)) if each in KINDS), str)


def _find_bounds(type_: Any) -> dict[str, float]:
    metas = getattr(type_, "__metadata__", ())
    return {
        name: getattr(meta, name)
        for meta in metas
        for name in BOUNDS
        if getattr(meta, name, None) is not None
    }


def _describe_bounds(bounds: dict[str, float]) -> Phrase | None:
    if {"ge", "le"} <= {*bounds}:
        return Phrase("{least:g} to {most:g}", least=bounds["ge"], most=bounds["le"])
    if "ge" in bounds:
        return Phrase("{least:g} or more", least=bounds["ge"])
    return Phrase("more than {limit:g}", limit=bounds["gt"]) if "gt" in bounds else None
