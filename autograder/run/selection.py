"""Turning what was typed into what is meant, or into one sentence and the nearest right word."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Milestone, load
from autograder.intake.rules import ARCHIVES, ENTRIES, SOURCES
from autograder.judge.spec import ListedCheck, list_checks
from autograder.reports import record
from autograder.sandbox.isolation import LEVELS
from autograder.stop import Stop

PROFILES = ("quick", "full")


@dataclass(frozen=True)
class Choice:
    """Milestones, and which of their checks; None for all."""

    milestones: list[Milestone]
    only: frozenset[str] | None = None


def one_of(word: str | None, words: Sequence[str], what: str) -> None:
    """Return if `word` is None or one of `words`."""
    if word is not None and word not in words:
        raise Stop(f"there is no {what} {word!r}; {_nearest(word, words)}")


def profile(word: str | None) -> None:
    """Refuse a profile that there is not."""
    one_of(word, PROFILES, "profile")


def isolation(word: str | None) -> None:
    """Refuse an isolation that there is not."""
    one_of(word, LEVELS, "isolation")


def one_pool(jobs: int | None, cluster: str | None) -> None:
    """Refuse to grade here and elsewhere at once."""
    if jobs and cluster is not None:
        raise Stop("--jobs is for this machine: leave it out, the cluster's workers have their own")


def folder(path: Path) -> None:
    """Refuse a folder that there is not."""
    if path.is_file():
        raise Stop(f"{path} is a file; name the folder that it lies in: --submission {path.parent}")
    if not path.is_dir():
        raise Stop(f"there is no folder {path}; 'autograder start {path}' makes one")
    if all((path / name).is_dir() for name in (record.HANDOUTS, record.KIT, *record.WORK)):
        raise Stop(f"{path} is the whole kit; cd {path / record.WORK[0]} and run that again there")


def work(path: Path) -> None:
    """Refuse what is no work: neither a folder nor a file that `grade` takes."""
    if not path.is_file():
        folder(path)
    elif not path.name.lower().endswith(ENTRIES):
        wanted = ", ".join((*ARCHIVES, *SOURCES))
        raise Stop(f"{path} is no work: wanted a folder, or a file that ends in {wanted}")


def milestones(course: Course, ids: Sequence[str]) -> list[Milestone]:
    """Return the milestones of these ids, in the course's order; all for none."""
    known = [milestone.id for milestone in course.milestones]
    for id in ids:
        one_of(id, known, "milestone")
    return [milestone for milestone in course.milestones if not ids or milestone.id in ids]


def checks(course: Course, ids: Sequence[str]) -> Choice:
    """Return the milestones and checks that `ids` name: ``m1``, ``m1.tanh`` or ``tanh``."""
    chosen: set[str] = set()
    for id in (_meant(course, word) for word in ids):
        (milestone,) = milestones(course, [id.partition(".")[0]])
        all_of = [listed.id for listed in _listed(milestone)]
        if "." in id:
            one_of(id, all_of, "check")
        chosen |= {id} if "." in id else set(all_of)
    wanted = {id.partition(".")[0] for id in chosen}
    return Choice(milestones(course, sorted(wanted)), frozenset(chosen))


def check(id: str) -> ListedCheck:
    """Return one check by its id."""
    course = load()
    id = _meant(course, id)
    if id in [milestone.id for milestone in course.milestones]:
        raise Stop(
            f"wanted one check such as m1.tanh, got {id!r}; 'autograder check {id}' lists them"
        )
    (milestone,) = checks(course, [id]).milestones
    return next(one for one in _listed(milestone) if one.id == id)


def _meant(course: Course, word: str) -> str:
    """Return the id that `word` names: capitals do not matter, nor a milestone left out."""
    named = [one for one in course.milestones if one.id == word.lower().partition(".")[0]]
    each = [one.id for milestone in named or course.milestones for one in _listed(milestone)]
    known = {id.lower(): id for id in (*(one.id for one in course.milestones), *each)}
    found = [id for id in each if _name(id).lower() == word.lower()]
    if word.lower() in known or not found:
        return known.get(word.lower(), word)
    if len(found) > 1:
        raise Stop(f"more than one check is called {word!r}; did you mean {' or '.join(found)}?")
    return found[0]


def _name(id: str) -> str:
    return id.rpartition(".")[2]


def _listed(milestone: Milestone) -> list[ListedCheck]:
    return list_checks(milestone.id, milestone.checks)


def _nearest(word: str, words: Sequence[str]) -> str:
    names = {_name(each): each for each in words}  # with "m1." all checks would look alike
    close = [names[name] for name in difflib.get_close_matches(_name(word), names, n=1)]
    listed = ", ".join(words) if len(words) <= 12 else f"{', '.join(words[:12])}, ..."
    return f"did you mean {close[0]}?" if close else f"there are {listed}"
