"""Pairs that share code, as a terminal shows them: the ten that share most, a line each."""

from pathlib import Path

from autograder.intake.similarity import Pair
from autograder.reports import similar

FILE = Path("g/similarity.csv")


def pair(share: float, *places: tuple[int, int]) -> Pair:
    regions = [(("engine", *place), ("engine", *place)) for place in places]
    return Pair("a\n", "b", share, regions)


def test_a_pair_is_told_with_its_share_and_lines() -> None:
    found = [("engine", pair(0.917, (133, 133), (5, 9)))]
    assert similar.describe_pairs(found, FILE) == [
        "   92 %  engine: 'a\\n' lines 133, 5-9 and 'b' lines 133, 5-9"
    ]


def test_many_ranges_are_cut_in_the_terminal_only() -> None:
    one = pair(1.0, *((line, line) for line in range(1, 6)))
    (told,) = similar.describe_pairs([("nn", one)], FILE)
    assert told == "  100 %  nn: 'a\\n' lines 1, 2, 3, ... and 'b' lines 1, 2, 3, ..."
    assert similar.format_lines(one)[0] == "1, 2, 3, 4, 5"


def test_ten_pairs_are_told_and_the_rest_is_counted() -> None:
    shares = [0.60 + place / 100 for place in range(15)]
    told = similar.describe_pairs([("nn", pair(share, (1, 2))) for share in shares], FILE)
    assert [line.split()[0] for line in told[:-1]] == [str(share) for share in range(74, 64, -1)]
    assert told[-1] == "  and 5 more in g/similarity.csv"
