"""Submissions that share code which neither the stub nor the reference has.

Expressions and statements are compared as sets of syntax trees. What a copier changes first does
not count: private names, texts, numbers, comments, annotations, layout, the order of
functions, and in which function a statement stands. What cannot be changed counts: operations,
builtins, methods, and the names that the handout asks for. A signature is the handout's, and the
words of an error are free: neither says anything.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from autograder.worker.fingerprints import DEFINITIONS, hash_trees, parse_trees

FEW = 28  # the least number of own trees that a share is taken of, or idioms would decide
NEAR = 10  # lines between two matches that are shown as one region
Region = tuple[str, int, int]  # file, first line, last line


@dataclass
class Fingerprints:
    """The fingerprints of one submission, with the region of each."""

    regions: dict[int, Region] = field(default_factory=dict)

    def without(self, codes: set[int]) -> "Fingerprints":
        """Return the fingerprints that are not in `codes`."""
        return Fingerprints(
            {code: region for code, region in self.regions.items() if code not in codes}
        )


@dataclass(frozen=True)
class Pair:
    """Two submissions that share code.

    Attributes
    ----------
    left, right : str
        Names.
    share : float
        Shared fingerprints, of those of the submission that has fewer of its own.
    regions : list
        Matching lines in `left` and in `right`.
    """

    left: str
    right: str
    share: float
    regions: list[tuple[Region, Region]]


@dataclass(frozen=True)
class Handout:
    """The code that everybody was given.

    Attributes
    ----------
    names : frozenset of str
        Of the functions and classes that it asks for: to rename one costs its points.
    codes : set of int
        Fingerprints of stub and reference, which count for nobody.
    """

    names: frozenset[str]
    codes: set[int]


def read_handout(texts: Sequence[str]) -> Handout:
    """Return the handout of `texts`, the stub first."""
    stub = (node for tree in parse_trees(texts[0]) for node in ast.walk(tree))
    names = frozenset(node.name for node in stub if isinstance(node, DEFINITIONS))
    return Handout(names, {code for text in texts for code, _, _ in hash_trees(text, names)})


def name_fingerprints(
    name: str, trees: Sequence[tuple[int, int, int]], handout: Handout
) -> Fingerprints:
    """Return the fingerprints of a source by its trees: code, first and last line."""
    fingerprints = Fingerprints()
    for code, first, last in trees:
        fingerprints.regions.setdefault(code, (name, first, last))
    return fingerprints.without(handout.codes)


def find_pairs(by_name: Mapping[str, Fingerprints], threshold: float) -> list[Pair]:
    """Return the pairs that share at least `threshold` of their own code, most first."""
    compared = [_compare_pair(a, by_name[a], b, by_name[b]) for a, b in combinations(by_name, 2)]
    alike = [pair for pair in compared if pair.share >= threshold]
    return sorted(alike, key=lambda pair: (-pair.share, pair.left, pair.right))


def _compare_pair(left: str, ours: Fingerprints, right: str, theirs: Fingerprints) -> Pair:
    shared = ours.regions.keys() & theirs.regions.keys()
    share = len(shared) / max(FEW, min(len(ours.regions), len(theirs.regions)))
    matches = [(ours.regions[code], theirs.regions[code]) for code in shared]
    return Pair(left, right, share, _join_matches(matches))


def _join_matches(matches: Sequence[tuple[Region, Region]]) -> list[tuple[Region, Region]]:
    """Join matches that are near each other on both sides: signatures and texts lie between."""
    joined: list[tuple[Region, Region]] = []
    for left, right in sorted(matches):
        if joined and _is_near(joined[-1][0], left) and _is_near(joined[-1][1], right):
            joined[-1] = (_join_regions(joined[-1][0], left), _join_regions(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined


def _is_near(a: Region, b: Region) -> bool:
    return a[0] == b[0] and b[1] <= a[2] + NEAR and a[1] <= b[2] + NEAR


def _join_regions(a: Region, b: Region) -> Region:
    return a[0], min(a[1], b[1]), max(a[2], b[2])
