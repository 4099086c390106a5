"""Which lines a mistake may stand on, by the checks that ran them: a ranking by Ochiai.

The coefficient is that of A. J. C. Ochiai (1957), which the literature on locating faults by
spectra finds to do best among the simple ones (Abreu et al., 2007).
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping

AT_IMPORT = 0.3  # how suspicious a line at module level is, beside the likeliest
Place = tuple[str, int]  # file, or cell of a notebook, and line
Spectrum = Mapping[str, Collection[Place]]  # check id -> the lines that it ran


def rank_lines(
    spectrum: Spectrum,
    failed: Collection[str],
    raising: Collection[Place] = (),
    at_import: Collection[Place] = (),
) -> dict[Place, float]:
    """Return how suspicious each line is that a failed check ran: at most 1, the likeliest first.

    Parameters
    ----------
    spectrum : mapping
        The lines that ran, of the failed checks and of those that passed.
    failed : collection of str
        The failed checks.
    raising : collection of (str, int)
        Lines that an exception came from: none is likelier.
    at_import : collection of (str, int)
        Lines that run when the module is read, which is before every check.
    """
    in_failed = Counter(place for id in failed for place in spectrum.get(id, ()))
    in_all = Counter(place for places in spectrum.values() for place in places)
    count = sum(id in spectrum for id in failed)
    rates = {place: hits / math.sqrt(in_all[place] * count) for place, hits in in_failed.items()}
    highest = max(rates.values(), default=1.0)
    rates |= dict.fromkeys(raising, highest)
    rates = dict.fromkeys(at_import, AT_IMPORT * highest) | rates
    return dict(sorted(rates.items(), key=lambda item: (-item[1], item[0])))
