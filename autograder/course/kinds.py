"""The values that a key of a course file may have, in words."""

from typing import Any

import msgspec

KINDS = {float: "a number", int: "a whole number", str: "a text in quotes"}
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
    base: type = getattr(type_, "__origin__", type_)
    return base if base in KINDS else str


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
