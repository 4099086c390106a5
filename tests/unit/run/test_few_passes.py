"""Who is shown for a training with next to no backward pass."""

from autograder.run.few_passes import list_few_passes
from autograder.score import CheckResult, Status, Visibility


def make_result(
    passes: float | None, status: Status = "passed", visibility: Visibility = "public"
) -> CheckResult:
    measured = {} if passes is None else {"backward_passes": passes}
    id = f"m4.of_{passes}"
    return CheckResult(id, "", "property", visibility, status, 1.0, 1.0, measurements=measured)


def test_only_what_passed_by_few_passes_is_shown_and_once() -> None:
    checks = [
        make_result(0),
        make_result(9),
        make_result(10),
        make_result(None),
        make_result(1, "failed"),
        make_result(2, "passed", "hidden"),
    ]
    assert [use.location for use in list_few_passes(checks)] == ["m4.of_0", "m4.of_9"]
