"""The mistakes that failed checks show, as a learner reads them: at most two at a time."""

from collections.abc import Iterator, Mapping, Sequence

from autograder.language.catalogue import translate
from autograder.language.sentences import translate_sentence
from autograder.score import CheckResult, Hint
from autograder.words import join_first

SHOWN = 2  # mistakes: the next ones come when these are out
LISTED = 3  # checks by which a mistake is shown
LINE_LEVEL, CHANGE_LEVEL = 2, 3  # of hints: which line it is, and what is wrong there


def choose_mistakes(checks: Sequence[CheckResult]) -> list[tuple[Hint, list[str]]]:
    """Return the mistakes to show with the checks that show them: proven ones first."""
    found: dict[tuple[str, str], tuple[Hint, list[str]]] = {}
    for check in checks:
        if check.hint:
            key = check.hint.pitfall, check.hint.line
            found.setdefault(key, (check.hint, []))[1].append(check.id)
    return sorted(found.values(), key=lambda item: not item[0].proved)


def mistake_title(hint: Hint, ids: Sequence[str]) -> str:
    """Return the line over a mistake: its name, and the checks that show it."""
    head = translate("likely mistake: {name}", name=hint.pitfall)
    return f"{head} ({join_first(ids, LISTED)})"


def mistake_lines(hint: Hint, level: int, id: str) -> Iterator[str]:
    """Yield what is said of a mistake to a learner who has seen the hints up to `level`.

    Without `id` nothing is said of the next level.
    """
    yield translate_sentence(hint.text)
    if hint.proof:
        yield translate_sentence(hint.proof)
    if hint.line and level >= LINE_LEVEL:
        yield translate("It is on the line {line}.", line=hint.line)
    if hint.change and level >= CHANGE_LEVEL:
        line = "What is wrong there: {change}." if hint.proved else "Probably: {change}."
        yield translate(line, change=translate(hint.change))
    elif hint.line and id:
        yield _describe_next_level(level, id)


def _describe_next_level(level: int, id: str) -> str:
    if level < LINE_LEVEL:
        line = "To be told its line: autograder hint {id} --level {level}, then check again."
        return translate(line, id=id, level=LINE_LEVEL)
    change = (
        "To be told what is wrong there: autograder hint {id} --level {level}, then check again."
    )
    return translate(change, id=id, level=CHANGE_LEVEL)


def hint_level(asked: Mapping[str, Mapping[str, str]], ids: Sequence[str]) -> int:
    """Return the highest level of hints that was asked for of any of these checks."""
    levels = [int(level) for id in ids for level in asked.get(id, {}) if level.isdigit()]
    return max(levels, default=1)
