"""Questions to whoever sits at the terminal; without one they are refused in one sentence."""

import sys

from autograder.language.catalogue import translate
from autograder.stop import Stop


def confirm(question: str, yes: bool) -> None:
    """Ask, unless `yes` is the answer already; stop where it is not."""
    if not yes and ask_line(f"{question} {translate('[y/N]')} ").lower() not in _agreeing():
        raise Stop("nothing was changed", 1)


def _agreeing() -> frozenset[str]:
    """Return the answers that agree: the reader's words, and the English ones."""
    return frozenset(("y", "yes", translate("y"), translate("yes")))


def ask_line(question: str) -> str:
    """Return the answer to a question, without blanks around it."""
    if not sys.stdin or not sys.stdin.isatty():
        raise Stop("this asks first, and there is no terminal to ask on: add --yes to do it")
    print(question, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        print()
    return line.strip()
