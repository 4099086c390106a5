"""The values that a key of a course file may have, in words."""

from datetime import datetime
from typing import Any, get_args

import msgspec

KINDS: dict[type, str] = {
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    datetime: "a time with its zone, such as 2026-10-01T23:59:00+02:00",
    str: "a text in quotes",
}
BOUNDS = ("ge", "gt", "le")


def describe_kind(value: Any, type_: Any) -> str:
    """Return the kind of value that `type_` wants, in words; '' where `value` is of that kind."""
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        kind, bounds = _base_kind(type_), _describe_bounds(_find_bounds(type_))
        is_kind = isinstance(value, (int, kind)) and not isinstance(value, bool)
        return bounds if is_kind and bounds else ", ".join(filter(None, (KINDS[kind], bounds)))
    return ""


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


def _describe_bounds(bounds: dict[str, float]) -> str:
    if {"ge", "le"} <= {*bounds}:
        return f"{bounds['ge']:g} to {bounds['le']:g}"
    if "ge" in bounds:
        return f"{bounds['ge']:g} or more"
    return f"more than {bounds['gt']:g}" if "gt" in bounds else ""
