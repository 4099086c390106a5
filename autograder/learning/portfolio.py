"""What the report shows: the score, and what the learner's own code draws."""

from pathlib import Path

from autograder.course import load_course
from autograder.data import images
from autograder.learning import progress, showcase
from autograder.learning.showcase import Plane, Showcase
from autograder.reports import pictures, report
from autograder.reports.report import Parts
from autograder.run import datasets
from autograder.run.configure import own_settings, prepare, workers
from autograder.run.entry import own_work, staged
from autograder.run.faults import stop_on_fault
from autograder.run.grade import grade
from autograder.score import Score


def collect(submission: Path, profile: str | None) -> tuple[Score, Showcase]:
    """Run all public checks, and let the learner's code draw."""
    course = load_course()
    prepare()
    how = own_settings(course, profile, None)
    datasets.ready(how.profile, course.milestones)
    launcher = workers(how, course.milestones, showcase.PROBES)
    with staged(own_work(submission), course.modules) as work:
        with stop_on_fault(submission):
            score = grade(work, course.milestones, how, launcher).score
        progress.note_milestones(submission, score.milestones, course.milestones)
        named = [(milestone.id, milestone.probes) for milestone in course.milestones]
        pixels = images.load_images(how.profile, how.data_dir)
        return score, showcase.collect(work, named, launcher, pixels)


def parts_of(shown: Showcase) -> Parts:
    """Return pictures, numbers and texts as the page takes them."""
    parts = Parts(text=shown.text, absent=shown.absent)
    if shown.graph:
        parts.expression = showcase.EXPRESSION_TOLD
        parts.graph, parts.nodes = report.draw_graph(shown.graph)
    if shown.curves:
        ends = [
            f"{name}: from {loss[0]:.3g} to {loss[-1]:.3g}" for name, loss in shown.curves.items()
        ]
        told = "; ".join(ends)
        drawn = pictures.draw_curves(shown.curves, f"Loss curves. {told}.")
        parts.curves = report.make_picture(drawn, f"{told}.")
    parts.planes = [_plane(plane) for plane in shown.planes]
    if digits := shown.digits:
        parts.confusion, parts.accuracy = digits.confusion.tolist(), digits.accuracy
        parts.mistakes = [
            report.describe_mistake(pixels, digits.scale, truth, answer, sure)
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
    drawn = pictures.draw_plane(name, plane.x, plane.y, span, plane.labels, alternative)
    return report.make_picture(drawn, f"{told}.")


def facts_of(score: Score) -> list[tuple[str, str]]:
    """Return what was checked, with what and where: name and value."""
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
