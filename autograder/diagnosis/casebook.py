"""The stored cases of a milestone: what works with known mistakes answered, in words.

It is made by `make diagnosis` from works in many styles. Of their code it
has, for each mistake, which words stand in the statements that it is in.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from autograder.diagnosis.fingerprint import Fingerprint
from autograder.diagnosis.recognition import Case, Described, Recognition
from autograder.diagnosis.relations import describe_answers
from autograder.diagnosis.wording import Words

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
    terms : list of str
        All words of statements.
    statements : dict
        Name to the statements that the mistake stands in, each as indices of `terms`.
    """

    made_from: str = ""
    wanted: dict[str, list[Fingerprint]] = {}
    words: list[str] = []
    cases: list[StoredCase] = []
    texts: dict[str, str] = {}
    families: dict[str, str] = {}
    places: dict[str, list[str]] = {}
    terms: list[str] = []
    statements: dict[str, list[list[int]]] = {}

    def find_statements(self, name: str) -> list[Words]:
        """Return the words of the statements that a mistake is known to stand in."""
        stored = self.statements.get(name, [])
        return [frozenset(self.terms[index] for index in indices) for indices in stored]

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


def make_casebook(
    cases: Sequence[Case], statements: Mapping[str, Iterable[Words]], rest: Casebook
) -> Casebook:
    """Return `rest` with `cases` and `statements`; of equal ones of one mistake one is kept."""
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
    lists = {
        name: sorted({tuple(sorted(each)) for each in found}) for name, found in statements.items()
    }
    terms = sorted({term for found in lists.values() for each in found for term in each})
    number = {term: index for index, term in enumerate(terms)}
    indices = {
        name: [[number[term] for term in each] for each in found]
        for name, found in sorted(lists.items())
    }
    return msgspec.structs.replace(rest, words=words, cases=stored, terms=terms, statements=indices)


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
