"""The contents of the report: the score, and pictures that the learner's own code draws."""

from pathlib import Path

from autograder.course import load_course
from autograder.data import images
from autograder.learning import progress
from autograder.learning.showcase import (
    EXPRESSION_TEXT,
    PROBES,
    Plane,
    Showcase,
    collect_showcase,
)
from autograder.reports import pictures, report
from autograder.reports.report import Parts
from autograder.run import datasets
from autograder.run.configure import launcher_for, learner_settings, limit_threads
from autograder.run.entry import learner_entry, staged_submission
from autograder.run.faults import stop_on_fault
from autograder.run.grade import grade_submission
from autograder.score import Score


def collect_portfolio(submission: Path, profile: str | None) -> tuple[Score, Showcase]:
    """Run all public checks, and let the learner's code draw."""
    course = load_course()
    limit_threads()
    settings = learner_settings(course, profile, None)
    datasets.require_datasets(settings.profile, course.parts)
    launcher = launcher_for(settings, course.parts, PROBES)
    with staged_submission(learner_entry(submission), course.modules) as work:
        with stop_on_fault(submission):
            score = grade_submission(work, course.parts, settings, launcher).score
        progress.record_milestones(submission, score.parts, course.parts)
        probes = [(milestone.id, milestone.probes) for milestone in course.milestones]
        pixels = images.load_images(settings.profile, settings.data_dir)
        return score, collect_showcase(work, probes, launcher, pixels)


def page_parts(showcase: Showcase) -> Parts:
    """Return pictures, numbers and texts as the page takes them."""
    parts = Parts(text=showcase.text, absent=showcase.absent)
    if showcase.graph:
        parts.expression = EXPRESSION_TEXT
        parts.graph, parts.nodes = report.draw_graph(showcase.graph)
    if showcase.curves:
        text = "; ".join(
            f"{name}: from {loss[0]:.3g} to {loss[-1]:.3g}"
            for name, loss in showcase.curves.items()
        )
        svg = pictures.draw_curves(showcase.curves, f"Loss curves. {text}.")
        parts.curves = report.make_picture(svg, f"{text}.")
    parts.planes = [_plane_picture(plane) for plane in showcase.planes]
    if digits := showcase.digits:
        parts.confusion, parts.accuracy = digits.confusion.tolist(), digits.accuracy
        parts.mistakes = [
            report.describe_mistake(pixels, digits.scale, truth, answer, sure)
            for pixels, truth, answer, sure in digits.wrong
        ]
    return parts


def _plane_picture(plane: Plane) -> report.Picture:
    count = int(plane.y.max()) + 1
    text = (
        f"{plane.title}: {plane.accuracy:.0%} of {len(plane.y)} points lie in their class's region"
    )
    span = (plane.low, plane.high)
    name = plane.title.lower().replace(" ", "-")
    alternative = f"Decision boundary of {count} classes. {text}."
    svg = pictures.draw_plane(name, plane.x, plane.y, span, plane.labels, alternative)
    return report.make_picture(svg, f"{text}.")


def score_facts(score: Score) -> list[tuple[str, str]]:
    """Return the versions, platform and hashes of a score: name and value."""
    environment = score.environment
    return [
        ("Checked at", score.timing.graded_at),
        ("Kit", score.kit.version),
        ("Profile", score.kit.profile),
        ("Python", environment.python),
        ("NumPy", environment.numpy),
        ("Platform", environment.platform),
        ("Isolation", environment.isolation),
        ("Files", ", ".join(score.submission.files)),
        ("Hash of the work", score.submission.sha256),
        ("Hash of the checks", score.kit.checks_sha256),
    ]
