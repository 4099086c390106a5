"""The stored cases of a milestone: what works with known mistakes answered, in words.

It is made by `make diagnosis` from works in many styles, and carries no code.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from autograder.diagnosis.fingerprint import Fingerprint
from autograder.diagnosis.recognition import Case, Described, Recognition
from autograder.diagnosis.relations import describe_answers

FOLDER = Path(__file__).parent / "cases"


class StoredCase(msgspec.Struct, frozen=True):
    """A case, its words as indices.

    Attributes
    ----------
    name, style : str
        Its mistake, and how the work is built.
    failed : dict
        Check id to the indices of the words for its answers.
    """

    name: str
    style: str
    failed: dict[str, list[int]]


class Casebook(msgspec.Struct, frozen=True):
    """All that is known of the mistakes of a milestone.

    Attributes
    ----------
    made_from : str
        The hash of the files that decide answers and words.
    wanted : dict
        Check id to what right work answers there.
    words : list of str
        All words.
    cases : list of StoredCase
    texts : dict
        Name of a mistake to its hint.
    families : dict
        Name to the name of its family, for mistakes that behave alike.
    places : dict
        Name to the functions that the mistake is in.
    """

    made_from: str = ""
    wanted: dict[str, list[Fingerprint]] = {}
    words: list[str] = []
    cases: list[StoredCase] = []
    texts: dict[str, str] = {}
    families: dict[str, str] = {}
    places: dict[str, list[str]] = {}

    def describe(self, answers: Mapping[str, Sequence[Fingerprint]]) -> Described:
        """Return the words for the answers of each check."""
        return {
            check: describe_answers(found, self.wanted.get(check, []))
            for check, found in answers.items()
        }

    def recognition(self) -> Recognition:
        """Return what compares failures with the cases."""
        cases = [
            Case(
                case.name,
                case.style,
                {
                    check: frozenset(self.words[index] for index in indices)
                    for check, indices in case.failed.items()
                },
            )
            for case in self.cases
        ]
        return Recognition(cases, self.families)


def make_casebook(cases: Sequence[Case], rest: Casebook) -> Casebook:
    """Return `rest` with `cases`; of equal ones of one mistake only the first is kept."""
    unique = {(case.name, _sort_words(case)): case for case in reversed(cases)}
    kept = list(reversed(unique.values()))
    words = sorted({word for case in kept for found in case.failed.values() for word in found})
    index = {word: number for number, word in enumerate(words)}
    stored = [
        StoredCase(
            case.name,
            case.style,
            {
                check: sorted(index[word] for word in found)
                for check, found in sorted(case.failed.items())
            },
        )
        for case in kept
    ]
    return msgspec.structs.replace(rest, words=words, cases=stored)


def _sort_words(case: Case) -> tuple[tuple[str, ...], ...]:
    """Return what makes two cases equal."""
    return tuple(sorted((check, *sorted(words)) for check, words in case.failed.items()))


@cache
def load_casebook(milestone: str) -> Casebook:
    """Return what is stored of `milestone`; an empty casebook where there is no file."""
    file = FOLDER / f"{milestone}.msgpack"
    if not file.exists():
        return Casebook()
    return msgspec.msgpack.decode(file.read_bytes(), type=Casebook)
