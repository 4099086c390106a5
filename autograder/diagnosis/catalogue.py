"""The known mistakes of a milestone, and what a submission with each of them answers.

The catalogue holds, for every pitfall, what a submission with exactly that mistake answers in each
check that it fails. It is made by running the mutants (`make pitfalls`), and carries no code.
"""

from functools import cache
from pathlib import Path

import msgspec

from autograder.diagnosis.fingerprint import Fingerprint

FOLDER = Path(__file__).parent / "pitfalls"


class Pitfall(msgspec.Struct, frozen=True):
    """One known mistake.

    Attributes
    ----------
    name : str
        Short and unique: ``assign-not-accumulate``.
    text : str
        The hint: what is probably wrong, and what to think about.
    failing : dict
        Check id to the answers that a submission with this mistake gives there.
    """

    name: str
    text: str
    failing: dict[str, list[Fingerprint]]


class Catalogue(msgspec.Struct, frozen=True):
    """What was found out by running mutants and the reference of a milestone.

    Attributes
    ----------
    made_from : str
        The hash of what it was made from.
    pitfalls : list of Pitfall
        All known mistakes.
    cuts : dict
        Check id to the places in `small.CUTS` at which right work passes it.
    """

    made_from: str
    pitfalls: list[Pitfall]
    cuts: dict[str, list[int]] = {}


@cache
def catalogue(milestone: str) -> Catalogue:
    """Return the stored pitfalls of `milestone`; none where none were made."""
    file = FOLDER / f"{milestone}.msgpack"
    if not file.exists():
        return Catalogue("", [])
    return msgspec.msgpack.decode(file.read_bytes(), type=Catalogue)
