"""The controls of a demo, and what a page may set them to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ControlKind = Literal["slider", "text", "choice", "button"]
MOST_TEXT = 400  # characters of a setting


class BadSetting(ValueError):
    """A setting that is none of its control's; the message says which, in one sentence."""


@dataclass(frozen=True)
class Control:
    """Something on the page that sets a value.

    Attributes
    ----------
    name, label : str
        The key of its setting, and the text beside it.
    kind : str
        ``slider`` for a number, ``text``, ``choice``, or ``button`` for what begins at a click.
    default : Any
        The value at the start.
    low, high, step : float or None
        The range of a slider.
    choices : tuple of str
        The values of a choice.
    """

    name: str
    label: str
    kind: ControlKind
    default: Any
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()


def make_slider(
    name: str, label: str, default: float, low: float, high: float, step: float = 0.1
) -> Control:
    """Return a slider; whole steps are for whole numbers."""
    return Control(name, label, "slider", default, low, high, step)


def make_choice(name: str, label: str, choices: tuple[str, ...]) -> Control:
    """Return a choice, at first the first."""
    return Control(name, label, "choice", choices[0], choices=choices)


def read_setting(control: Control, settings: Mapping[str, Any]) -> Any:
    """Return the setting of `control`, or its default; `BadSetting` where it is none."""
    value = settings.get(control.name, control.default)
    if control.kind == "slider":
        return _read_slider(control, value)
    if control.kind == "choice" and value not in control.choices:
        raise BadSetting(f"{control.label}: there are {', '.join(control.choices)}")
    if control.kind == "text" and (not isinstance(value, str) or len(value) > MOST_TEXT):
        raise BadSetting(f"{control.label}: a text of at most {MOST_TEXT} characters is wanted")
    return value


def _read_slider(control: Control, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not (control.low or 0.0) <= number <= (control.high or 0.0):
        raise BadSetting(
            f"{control.label}: a number from {control.low:g} to {control.high:g} is wanted"
        )
    return number
