"""Scores of a class as tables need them: small, so that all of them are kept in memory."""

from typing import TypeVar

from msgspec.structs import astuple, replace

from autograder.score import CheckResult, Environment, Hint, Kit, Score

SettingsT = TypeVar("SettingsT", Kit, Environment)


class Summaries:
    """Makes summaries of scores; what many scores have in common is kept once.

    A summary lacks what feedback alone shows: messages, measurements, and where a mistake lies.
    """

    def __init__(self) -> None:
        self._checks: dict[tuple[object, ...], CheckResult] = {}
        self._settings: dict[tuple[object, ...], object] = {}

    def summarize(self, score: Score) -> Score:
        """Return the summary of a score."""
        return replace(
            score,
            kit=self._share_settings(score.kit),
            environment=self._share_settings(score.environment),
            milestones=[
                replace(part, checks=self._share_checks(part.checks)) for part in score.milestones
            ],
            extras=[
                replace(extra, checks=self._share_checks(extra.checks)) for extra in score.extras
            ],
            timing=replace(score.timing, checks={}),
        )

    def _share_settings(self, settings: SettingsT) -> SettingsT:
        return self._settings.setdefault(astuple(settings), settings)  # type: ignore[return-value]

    def _share_checks(self, checks: list[CheckResult]) -> list[CheckResult]:
        return [self._find_check(check) for check in checks]

    def _find_check(self, check: CheckResult) -> CheckResult:
        pitfall = check.hint.pitfall if check.hint else ""
        key = (check.id, check.status, check.points, check.max_points, pitfall)
        if key not in self._checks:
            self._checks[key] = _shorten(check)
        return self._checks[key]


def _shorten(check: CheckResult) -> CheckResult:
    hint = Hint(check.hint.pitfall, check.hint.text) if check.hint else None
    return replace(check, message="", hint=hint, measurements={})
