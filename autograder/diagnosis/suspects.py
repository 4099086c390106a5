"""Which of a check's functions is likeliest wrong, by all checks that failed and passed.

A check that fails because a product is wrong says little about the sum beside it. A function is a
suspect where a check that is about it fails; of the suspects that a check goes through, the one is
pointed at first whose checks fail most and pass least (the coefficient of Ochiai, as in the
literature on locating faults by spectra). Otherwise a check points at what it is about.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

Places = Mapping[str, Sequence[str]]  # check id -> functions, the one it is about first


def order_places(places: Places, failed: Collection[str], passed: Collection[str]) -> Places:
    """Return the places of each failed check, the likeliest first.

    Parameters
    ----------
    places : mapping
        The functions of all checks.
    failed, passed : collection of str
        Ids of the checks that ended so.
    """
    in_failed = Counter(name for check in failed for name in places[check])
    in_passed = Counter(name for check in passed for name in places[check])
    suspects = {places[check][0] for check in failed if places[check]}

    def rating(name: str) -> float:
        count = in_failed[name]
        return count / math.sqrt((count + in_passed[name]) * len(failed))

    return {check: _first_of(places[check], suspects, rating) for check in failed}


def _first_of(
    names: Sequence[str], suspects: Collection[str], rating: Callable[[str], float]
) -> Sequence[str]:
    """Return `names`, the likeliest first where it is likelier than the first."""
    likeliest = max((name for name in names if name in suspects), key=rating, default="")
    if not likeliest or rating(likeliest) <= rating(names[0]):
        return names
    return [likeliest, *(name for name in names if name != likeliest)]
