"""Letters that an output cannot show: spelled out where there is a way, else a question mark."""

import codecs
import sys

SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
QUOTES = {"„": '"', "“": '"'}
NAME = "autograder.spelled"


def _spell_out(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    text = problem.object[problem.start : problem.end]
    return "".join(SPELLED.get(char, QUOTES.get(char, "?")) for char in text), problem.end


def spell_unshowable() -> None:
    """Let standard output and error spell out what their encoding lacks, as ASCII lacks ä."""
    codecs.register_error(NAME, _spell_out)
    for stream in (sys.stdout, sys.stderr):
        encoding = getattr(stream, "encoding", None) or "utf-8"
        if not encoding.lower().startswith("utf") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=NAME)
