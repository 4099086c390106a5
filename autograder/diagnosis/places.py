"""Which lines a mistake may stand on, by the checks that ran them: a ranking by Ochiai.

The coefficient is that of A. J. C. Ochiai (1957), which the literature on locating faults by
spectra finds to do best among the simple ones (Abreu et al., 2007).
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping

Place = tuple[str, int]  # file, or cell of a notebook, and line
Spectrum = Mapping[str, Collection[Place]]  # check id -> the lines that it ran


def rank_lines(
    spectrum: Spectrum, failed: Collection[str], at_import: Collection[Place] = ()
) -> dict[Place, float]:
    """Return how suspicious each line is that a failed check ran: at most 1, the likeliest first.

    Parameters
    ----------
    spectrum : mapping
        The lines that ran, of the failed checks and of those that passed.
    failed : collection of str
        The failed checks.
    at_import : collection of (str, int)
        Lines that run in every check, because the module is read: they count half.
    """
    in_failed = Counter(place for id in failed for place in spectrum.get(id, ()))
    in_all = Counter(place for places in spectrum.values() for place in places)
    count = sum(id in spectrum for id in failed)
    rates = {
        place: hits / math.sqrt(in_all[place] * count) * (0.5 if place in at_import else 1.0)
        for place, hits in in_failed.items()
    }
    return dict(sorted(rates.items(), key=lambda item: (-item[1], item[0])))
