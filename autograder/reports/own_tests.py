"""What a learner reads of their own tests: how many wrong engines these catch."""

from collections.abc import Iterator

from autograder.language.catalogue import translate
from autograder.score import OwnTests, Score

SHOWN = 3  # mistakes that are named


def describe_own_tests(score: Score, milestone: str) -> Iterator[str]:
    """Yield a sentence for each of the learner's own tests that was tried for `milestone`."""
    for own in score.own_tests:
        if own.milestone == milestone:
            yield _describe_failure(own) if own.problem else _describe_counts(own)


def _describe_failure(own: OwnTests) -> str:
    return translate(
        "your {function} gave no verdicts on {count} wrong engines: {problem}",
        function=own.function,
        count=own.wrong,
        problem=own.problem,
    )


def _describe_counts(own: OwnTests) -> str:
    caught = translate(
        "your {function} catches {caught} of {count} wrong engines",
        function=own.function,
        caught=own.caught,
        count=own.wrong,
    )
    return "; ".join([caught, *_describe_missed(own), *_describe_rejected(own)])


def _describe_missed(own: OwnTests) -> Iterator[str]:
    names, more = ", ".join(own.missed[:SHOWN]), len(own.missed) - SHOWN
    if more > 0:
        yield translate("missed: {names} and {more} more", names=names, more=more)
    elif names:
        yield translate("missed: {names}", names=names)


def _describe_rejected(own: OwnTests) -> Iterator[str]:
    if own.rejected:
        yield translate(
            "it rejects {rejected} of {count} right ones, too",
            rejected=own.rejected,
            count=own.right,
        )
