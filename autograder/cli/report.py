"""``autograder report``: one page of what was built, to keep and to show."""

import sys
import webbrowser
from pathlib import Path

from autograder.checks import showcase
from autograder.checks.grade import grade
from autograder.checks.session import GraderFault
from autograder.checks.showcase import Plane, Showcase
from autograder.cli import choose, data, progress
from autograder.cli.grading import own_settings, own_work, prepare, staged, workers
from autograder.cli.out import require, writing
from autograder.cli.stop import Stop
from autograder.course import load
from autograder.data import images
from autograder.reports import pictures, record, report
from autograder.reports.record import Record
from autograder.reports.report import Parts
from autograder.score import Score


def run(submission: Path, profile: str | None, out: Path | None, show: bool = False) -> None:
    """Run all public checks, let the learner's code draw, and write the page; open it to `show`."""
    choose.profile(profile)
    choose.folder(submission)
    file = out or submission / "report.html"
    require(file)
    if sys.stderr.isatty():
        print("all checks run, then your own code draws: a minute or two", file=sys.stderr)
    score, shown = _collected(submission, profile)
    known = progress.known(submission) if record.is_workspace(submission) else Record(1)
    parts = _parts(shown)
    with writing(file):
        report.write(score, known, parts, _kit(score), file)
    told = f"{score.points:g} of {score.max_points:g} public points"
    print(f"{file}: {told}; open it in a browser, it needs no network")
    if show:
        _open(file)


def _open(file: Path) -> None:
    if not webbrowser.open(file.resolve().as_uri()):
        raise Stop(f"there is no browser here to open {file}; copy it to where there is one", 1)


def _collected(submission: Path, profile: str | None) -> tuple[Score, Showcase]:
    course = load()
    prepare()
    how = own_settings(course, profile, None)
    data.ready(how.profile, course.milestones)
    launcher = workers(how, course.milestones, showcase.PROBES)
    with staged(own_work(submission), course.modules) as work:
        try:
            score = grade(work, course.milestones, how, launcher).score
        except GraderFault as fault:
            raise Stop(f"the grader is at fault: {fault}", 1) from None
        progress.note_milestones(submission, score.milestones, course.milestones)
        named = [(milestone.id, milestone.probes) for milestone in course.milestones]
        pixels = images.named(how.profile, how.data_dir)
        return score, showcase.collect(work, named, launcher, pixels)


def _parts(shown: Showcase) -> Parts:
    parts = Parts(text=shown.text, absent=shown.absent)
    if shown.graph:
        parts.expression = showcase.EXPRESSION_TOLD
        parts.graph, parts.nodes = report.drawn(shown.graph)
    if shown.curves:
        ends = [
            f"{name}: from {loss[0]:.3g} to {loss[-1]:.3g}" for name, loss in shown.curves.items()
        ]
        told = "; ".join(ends)
        drawn = pictures.curves(shown.curves, f"Loss curves. {told}.")
        parts.curves = report.picture(drawn, f"{told}.")
    parts.planes = [_plane(plane) for plane in shown.planes]
    if digits := shown.digits:
        parts.confusion, parts.accuracy = digits.confusion.tolist(), digits.accuracy
        parts.mistakes = [
            report.mistake(pixels, digits.scale, truth, answer, sure)
            for pixels, truth, answer, sure in digits.wrong
        ]
    return parts


def _plane(plane: Plane) -> report.Picture:
    count = int(plane.y.max()) + 1
    told = (
        f"{plane.title}: {plane.accuracy:.0%} of {len(plane.y)} points lie in their class's region"
    )
    span = (plane.low, plane.high)
    name = plane.title.lower().replace(" ", "-")
    alternative = f"Decision boundary of {count} classes. {told}."
    drawn = pictures.plane(name, plane.x, plane.y, span, plane.labels, alternative)
    return report.picture(drawn, f"{told}.")


def _kit(score: Score) -> list[tuple[str, str]]:
    about = score.environment
    return [
        ("Checked at", score.timing.graded_at),
        ("Kit", score.kit.version),
        ("Profile", score.kit.profile),
        ("Python", about.python),
        ("NumPy", about.numpy),
        ("Platform", about.platform),
        ("Isolation", about.isolation),
        ("Files", ", ".join(score.submission.files)),
        ("Hash of the work", score.submission.sha256),
        ("Hash of the checks", score.kit.checks_sha256),
    ]
