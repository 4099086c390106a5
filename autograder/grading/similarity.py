"""Which submissions share code that neither the stub nor the reference has.

Runs of tokens are compared as sets: names, texts and layout do not count, so a renamed copy is a
copy; nor does the order of functions. Classes are small, so every run is kept: winnowing
(Schleimer, Wilkerson, Aiken 2003) would keep a few and lose more of a reordered copy.
"""

import io
import keyword
import tokenize
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

GRAM = 14  # tokens of one fingerprint: fewer finds idioms, more misses edited copies
LEAST = 60  # fingerprints of one's own, below which nothing can be said
SKIPPED = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    }
)
Place = tuple[str, int, int]  # file, first line, last line


@dataclass
class Prints:
    """The fingerprints of one submission, and where each stands."""

    places: dict[int, Place] = field(default_factory=dict)

    def without(self, known: set[int]) -> "Prints":
        """Return those that are not in `known`."""
        return Prints({one: at for one, at in self.places.items() if one not in known})


@dataclass(frozen=True)
class Pair:
    """Two submissions that share code.

    Attributes
    ----------
    one, other : str
        Names.
    share : float
        Shared fingerprints, of the submission that has fewer of its own.
    regions : list
        Matching lines in `one` and in `other`.
    """

    one: str
    other: str
    share: float
    regions: list[tuple[Place, Place]]


def prints(files: Mapping[str, str]) -> Prints:
    """Return the fingerprints of the sources `files`, name to text."""
    found = Prints()
    for name, text in sorted(files.items()):
        for code, first, last in _grams(_tokens(text)):
            found.places.setdefault(code, (name, first, last))
    return found


def every_gram(texts: Iterable[str]) -> set[int]:
    """Return the fingerprints of `texts`, without their places."""
    return {code for text in texts for code, _, _ in _grams(_tokens(text))}


def pairs(found: Mapping[str, Prints], known: set[int], threshold: float) -> list[Pair]:
    """Return the pairs that share at least `threshold` of what is their own, most first."""
    own = {name: one.without(known) for name, one in found.items()}
    enough = [name for name, one in own.items() if len(one.places) >= LEAST]
    compared = [_pair(a, own[a], b, own[b]) for a, b in combinations(enough, 2)]
    alike = [pair for pair in compared if pair.share >= threshold]
    return sorted(alike, key=lambda pair: (-pair.share, pair.one, pair.other))


def _pair(name: str, one: Prints, other_name: str, other: Prints) -> Pair:
    shared = one.places.keys() & other.places.keys()
    share = len(shared) / min(len(one.places), len(other.places))
    return Pair(
        name, other_name, share, _regions([(one.places[c], other.places[c]) for c in shared])
    )


def _regions(matches: Sequence[tuple[Place, Place]]) -> list[tuple[Place, Place]]:
    """Join matches that touch or overlap on both sides."""
    joined: list[tuple[Place, Place]] = []
    for left, right in sorted(matches):
        if joined and _touch(joined[-1][0], left) and _touch(joined[-1][1], right):
            joined[-1] = (_hull(joined[-1][0], left), _hull(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined


def _touch(one: Place, other: Place) -> bool:
    return one[0] == other[0] and other[1] <= one[2] + 1 and one[1] <= other[2] + 1


def _hull(one: Place, other: Place) -> Place:
    return one[0], min(one[1], other[1]), max(one[2], other[2])


def _tokens(text: str) -> list[tuple[str, int]]:
    """Return what counts of `text`, each with its line; of broken code what comes before."""
    found: list[tuple[str, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type not in SKIPPED:
                found.append((_plain(token), token.start[0]))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


def _plain(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) else "n"
    if token.type in (tokenize.STRING, tokenize.NUMBER):
        return "s" if token.type == tokenize.STRING else "0"
    return token.string


def _grams(tokens: Sequence[tuple[str, int]]) -> list[tuple[int, int, int]]:
    """Return code, first and last line of every run of `GRAM` tokens."""
    starts = range(len(tokens) - GRAM + 1)
    runs = [tokens[start : start + GRAM] for start in starts]
    return [
        (zlib.crc32("\0".join(text for text, _ in run).encode()), run[0][1], run[-1][1])
        for run in runs
    ]
