"""The known mistakes of a milestone, and the answers of submissions with each of them.

The catalogue holds, for every pitfall, the answers of a submission with exactly that mistake in
each check that it fails. It is made by running the mutants (`make pitfalls`), and carries no code.
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
    places : list of str
        The functions that it is in: ``Value.__add__``.
    varying : list of str
        Checks that it fails by chance, or with other answers each time.
    """

    name: str
    text: str
    failing: dict[str, list[Fingerprint]]
    places: list[str] = []
    varying: list[str] = []


class Catalogue(msgspec.Struct, frozen=True):
    """The results of running the mutants and the reference of a milestone.

    Attributes
    ----------
    made_from : str
        The hash of the files it was made from.
    pitfalls : list of Pitfall
        All known mistakes.
    cuts : dict
        Check id to the indices in `small.CUTS` at which correct work passes it.
    """

    made_from: str
    pitfalls: list[Pitfall]
    cuts: dict[str, list[int]] = {}


@cache
def load_catalogue(milestone: str) -> Catalogue:
    """Return the stored pitfalls of `milestone`; none where there is no file."""
    file = FOLDER / f"{milestone}.msgpack"
    if not file.exists():
        return Catalogue("", [])
    return msgspec.msgpack.decode(file.read_bytes(), type=Catalogue)
