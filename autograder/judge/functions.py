"""A milestone's ``functions.toml``: what its functions return, and what they are made of."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from autograder.judge.settings import JudgedMilestone

TABLE_NAME = "functions.toml"


class Returned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a function should return.

    Attributes
    ----------
    of : str
        ``Value.__add__``.
    when : str
        An expression that calls it.
    wanted : str
        The kind of its value: ``a Value``.
    what : str
        The part of the result that `when` gives, where it is not the result itself.
    """

    of: str
    when: str
    wanted: str
    what: str = ""


class Functions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of one milestone.

    Attributes
    ----------
    uses : dict
        Function to those that it is usually made of.
    setup : str
        Runs before the expressions of `returns`.
    returns : list of Returned
        What the functions return.
    """

    uses: dict[str, list[str]] = {}
    setup: str = ""
    returns: list[Returned] = []

    def follow_uses(self, names: Sequence[str]) -> list[str]:
        """Return `names`, and after them what those are made of, and so on."""
        found = list(dict.fromkeys(names))
        for name in found:  # it grows on the way
            found += [used for used in self.uses.get(name, ()) if used not in found]
        return found


def functions_of(milestone: JudgedMilestone) -> Functions:
    """Return the table beside the checks of `milestone`; an empty one where there is none."""
    return _read_functions(Path(str(milestone.checks[0].__file__)).with_name(TABLE_NAME))


@cache
def _read_functions(file: Path) -> Functions:
    if not file.is_file():
        return Functions()
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Functions)
