"""What was typed on the command line, checked: a milestone, a check, a path; or one sentence."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Part, load_course
from autograder.course.course import is_any_of
from autograder.course.keys import no_such
from autograder.intake.rules import ARCHIVES, ENTRIES, SOURCES
from autograder.judge.spec import ListedCheck, list_checks
from autograder.language.catalogue import translate
from autograder.reports import record
from autograder.sandbox.isolation import LEVELS
from autograder.stop import Stop
from autograder.words import Phrase, join_first

PROFILES = ("quick", "full")
LISTED = 12  # words in a sentence
NEAR = 0.7  # of a word and a name: how alike they are


@dataclass(frozen=True)
class Choice:
    """Milestones and units, and which of their checks; None for all."""

    milestones: list[Part]
    only: frozenset[str] | None = None


def require_word(word: str | None, words: Sequence[str], noun: str) -> None:
    """Refuse `word`, a `noun`, unless it is None or one of `words`."""
    if word is not None and word not in words:
        raise Stop(no_such(noun, word, _suggest_word(word, words)))


def require_profile(word: str | None) -> None:
    """Refuse an unknown profile."""
    require_word(word, PROFILES, "profile")


def require_isolation(word: str | None) -> None:
    """Refuse an unknown isolation."""
    require_word(word, LEVELS, "isolation")


def require_one_pool(jobs: int | None, cluster: str | None) -> None:
    """Refuse to grade here and elsewhere at once."""
    if jobs and cluster is not None:
        raise Stop("--jobs is for this machine: leave it out, the cluster's workers have their own")


def require_folder(path: Path) -> None:
    """Refuse a path that is not a folder to work in."""
    if path.is_file():
        raise Stop(
            "{path} is a file; name the folder that it lies in: --submission {folder}",
            path=path,
            folder=path.parent,
        )
    if not path.is_dir():
        raise Stop("there is no folder {path}; 'autograder start {path}' makes one", path=path)
    if all((path / name).is_dir() for name in (record.HANDOUTS, record.KIT, *record.WORK)):
        raise Stop(
            "{path} is the whole kit; cd {folder} and run that again there",
            path=path,
            folder=path / record.WORK[0],
        )


def require_work(path: Path) -> None:
    """Refuse a path that is neither a folder nor a file that `grade` takes."""
    if not path.is_file():
        require_folder(path)
    elif not path.name.lower().endswith(ENTRIES):
        wanted = ", ".join((*ARCHIVES, *SOURCES))
        raise Stop(
            "{path} is not a submission: wanted a folder, or a file that ends in {wanted}",
            path=path,
            wanted=wanted,
        )


def choose_milestones(course: Course, ids: Sequence[str]) -> list[Part]:
    """Return the milestones and units of these ids, in the course's order; all for none.

    A unit's first letter names all that begin with it: ``x`` is ``x.norm`` and its neighbours.
    """
    words = _list_words(course)
    for id in ids:
        require_word(id, words, "milestone")
    return [part for part in course.parts if not ids or is_any_of(part.id, ids)]


def _list_words(course: Course) -> list[str]:
    """Return all that names milestones and units: ``m1``, ``x``, ``x.norm``."""
    ids = [part.id for part in course.parts]
    return list(dict.fromkeys(word for id in ids for word in (id.partition(".")[0], id)))


def choose_checks(course: Course, ids: Sequence[str]) -> Choice:
    """Return the milestones and checks that `ids` name: ``m1``, ``m1.tanh`` or ``tanh``."""
    chosen: set[str] = set()
    wanted: set[str] = set()
    words = _list_words(course)
    for id in (_resolve_id(course, word) for word in ids):
        is_part = id in words or "." not in id
        if id not in words:
            _suggest_check(course, id)
        owner = id if is_part else id.rpartition(".")[0]
        parts = choose_milestones(course, [owner])
        if not is_part:  # w.outer is of w, and not of w.hand
            parts = [part for part in parts if part.id == owner] or parts
        checks = [listed.id for part in parts for listed in _list_checks(part)]
        if not is_part:
            require_word(id, checks, "check")
        chosen |= set(checks) if is_part else {id}
        wanted |= {part.id for part in parts}
    parts = [part for part in course.parts if not wanted or part.id in wanted]
    return Choice(parts, frozenset(chosen))


def find_part(id: str) -> Part:
    """Return one milestone or unit by its id: ``w`` is the one of that name, not ``w.hand``."""
    course = load_course()
    require_word(id.lower(), _list_words(course), "milestone")
    parts = choose_milestones(course, [id.lower()])
    if exact := [part for part in parts if part.id == id.lower()]:
        return exact[0]
    raise Stop(
        "name one of {ids}, rather than {id}", ids=", ".join(part.id for part in parts), id=id
    )


def find_part_or_check(id: str) -> tuple[Part, ListedCheck | None]:
    """Return a milestone or unit, and the check where `id` names one of it."""
    course = load_course()
    if id.lower() in _list_words(course):
        return find_part(id), None
    listed = find_check(id)
    return course.part(listed.milestone), listed


def find_check(id: str) -> ListedCheck:
    """Return one check by its id."""
    course = load_course()
    id = _resolve_id(course, id)
    if id in _list_words(course):
        raise Stop(
            "wanted one check such as m1.tanh, got {id!r}; 'autograder check {id}' lists them",
            id=id,
        )
    (milestone,) = choose_checks(course, [id]).milestones
    return next(listed for listed in _list_checks(milestone) if listed.id == id)


def _resolve_id(course: Course, word: str) -> str:
    """Return the id that `word` names: capitals do not matter, nor a milestone left out."""
    words, prefix = _list_words(course), word.lower().partition(".")[0]
    if word.lower() in words:
        return word.lower()
    searched = [part for part in course.parts if is_any_of(part.id, [prefix])] or course.parts
    checks = [listed.id for part in searched for listed in _list_checks(part)]
    by_lower = {id.lower(): id for id in checks}
    matches = [id for id in checks if _short_name(id).lower() == word.lower()]
    if word.lower() in by_lower or not matches:
        return by_lower.get(word.lower(), word)
    if len(matches) > 1:
        raise Stop(
            "more than one check is called {word!r}; did you mean {ids}?",
            word=word,
            ids=translate(" or ").join(matches),
        )
    return matches[0]


def _suggest_check(course: Course, word: str) -> None:
    """Stop where `word` without a milestone is nearly a check, and nearly no milestone."""
    if "." in word or difflib.get_close_matches(word, _list_words(course), n=1):
        return
    ids = [listed.id for part in course.parts for listed in _list_checks(part)]
    by_name = {_short_name(id).lower(): id for id in reversed(ids)}
    begun = [name for name in by_name if len(word) > 2 and name.startswith(word.lower())]
    if names := begun[-1:] or difflib.get_close_matches(word.lower(), by_name, 1, NEAR):
        advice = Phrase("did you mean {word}?", word=by_name[names[0]])
        raise Stop(no_such("check", word, advice))


def _short_name(id: str) -> str:
    return id.rpartition(".")[2]


def require_own_checks(parts: Sequence[Part], cluster: str | None) -> None:
    """Stop where a milestone of the course's own cannot be graded, before anything is."""
    own = [part for part in parts if part.home]
    for part in own:
        _list_checks(part)  # raises on a table that does not fit
    if own and cluster:
        raise Stop(
            "milestone {id} lies in {home}, which a cluster's workers do not have; grade it here,"
            " without --cluster",
            id=own[0].id,
            home=own[0].home,
        )


def _list_checks(milestone: Part) -> list[ListedCheck]:
    return list_checks(milestone.id, milestone.checks)


def _suggest_word(word: str, words: Sequence[str]) -> Phrase:
    names = {_short_name(name): name for name in words}  # with "m1." all checks would look alike
    for name in difflib.get_close_matches(_short_name(word), names, n=1):
        return Phrase("did you mean {word}?", word=names[name])
    return Phrase("there are {words}", words=join_first(words, LISTED))
