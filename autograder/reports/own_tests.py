"""What a learner reads of their own tests: how many wrong engines these catch."""

from collections.abc import Iterator

from autograder.score import OwnTests, Score

SHOWN = 3  # mistakes that are named


def describe_own_tests(score: Score, milestone: str) -> Iterator[str]:
    """Yield a sentence for each of the learner's own tests that was tried for `milestone`."""
    for own in score.own_tests:
        if own.milestone == milestone:
            yield _describe_failure(own) if own.problem else _describe_counts(own)


def _describe_failure(own: OwnTests) -> str:
    return f"your {own.function} gave no verdicts on {own.wrong} wrong engines: {own.problem}"


def _describe_counts(own: OwnTests) -> str:
    parts = [f"your {own.function} catches {own.caught} of {own.wrong} wrong engines"]
    if own.missed:
        rest = f" and {len(own.missed) - SHOWN} more" if len(own.missed) > SHOWN else ""
        parts.append(f"missed: {', '.join(own.missed[:SHOWN])}{rest}")
    if own.rejected:
        parts.append(f"it rejects {own.rejected} of {own.right} right ones, too")
    return "; ".join(parts)
