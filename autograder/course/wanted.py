"""What a key of a course file may be, in words."""

from typing import Any

import msgspec

KINDS = {float: "a number", int: "a whole number", str: "a text in quotes"}
BOUNDS = ("ge", "gt", "le")


def wanted(value: Any, type_: Any) -> str:
    """Return what `value` should be by `type_`; nothing where it is that."""
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        kind, bounds = _base(type_), _range(_bounds(type_))
        is_kind = isinstance(value, (int, kind)) and not isinstance(value, bool)
        return bounds if is_kind and bounds else ", ".join(filter(None, (KINDS[kind], bounds)))
    return ""


def _base(type_: Any) -> type:
    found: type = getattr(type_, "__origin__", type_)
    return found if found in KINDS else str


def _bounds(type_: Any) -> dict[str, float]:
    metas = getattr(type_, "__metadata__", ())
    return {
        name: getattr(meta, name)
        for meta in metas
        for name in BOUNDS
        if getattr(meta, name, None) is not None
    }


def _range(bounds: dict[str, float]) -> str:
    if {"ge", "le"} <= {*bounds}:
        return f"{bounds['ge']:g} to {bounds['le']:g}"
    if "ge" in bounds:
        return f"{bounds['ge']:g} or more"
    return f"more than {bounds['gt']:g}" if "gt" in bounds else ""
