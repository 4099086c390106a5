"""What a teacher's command needs: a checkout, and the packages of the extra ``teach``."""

import sys
from importlib import metadata
from pathlib import Path

from autograder.language.catalogue import translate
from autograder.stop import Stop

ROOT = Path(__file__).parents[2]
TEACH = ("hatchling", "jupytext", "nbconvert", "nbgrader", "pyyaml", "scikit-learn")
INSTALL = 'pip install -c constraints.txt -e ".[teach]"'


class IncompleteKit(Stop):
    """The kit here lacks what the command needs; the sentence says what, and what to do."""


def require(work: str, *packages: str) -> None:
    """Refuse a teacher's command where it cannot do its work.

    Parameters
    ----------
    work : str
        The command, as a sentence names it.
    *packages : str
        What has to be installed, by the names that pip knows.

    Raises
    ------
    IncompleteKit
        Outside a checkout, or where a package is missing.
    """
    if not is_here():
        raise IncompleteKit(
            "{work} runs in a checkout of the kit's repository: an installed kit, and a "
            "student's, holds no solutions",
            work=work,
        )
    if missing := [name for name in packages if not is_installed(name)]:
        one = (
            "{work} needs the extra 'teach', and {names} is not installed: in the checkout, run "
            "{command}"
        )
        many = (
            "{work} needs the extra 'teach', and {names} are not installed: in the checkout, run "
            "{command}"
        )
        text, names = one if len(missing) == 1 else many, translate(" and ").join(missing)
        raise IncompleteKit(text, work=work, names=names, command=INSTALL)


def is_here() -> bool:
    """Whether this kit is a checkout, where the solutions lie."""
    return (ROOT / "solutions").is_dir()


def is_installed(package: str) -> bool:
    """Whether pip knows `package` in this environment."""
    try:
        return bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def require_or_exit(work: str, *packages: str) -> None:
    """End a script by the sentence of `require`, and exit code 2, where it cannot do its work."""
    try:
        require(work, *packages)
    except IncompleteKit as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
