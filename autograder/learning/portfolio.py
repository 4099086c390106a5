"""The contents of the report: the score, and pictures that the learner's own code draws."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course import Course, load_course
from autograder.data import images
from autograder.language.catalogue import translate
from autograder.learning import progress
from autograder.learning.checkpoints import Regime, Tuning
from autograder.learning.demos import open_stage, record_all
from autograder.learning.exhibits import Exhibit
from autograder.learning.explore.page import report_demos
from autograder.learning.showcase import (
    EXPRESSION_TEXT,
    PROBES,
    Plane,
    Showcase,
    collect_showcase,
)
from autograder.reports import journey, neurons, pictures, report
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
    launcher = launcher_for(settings, course.parts, *PROBES)
    with staged_submission(learner_entry(submission), course.modules) as work:
        with stop_on_fault(submission):
            score = grade_submission(work, course.parts, settings, launcher).score
        progress.record_milestones(submission, score.parts, course.parts)
        ids = {part.id for part in score.parts}
        taken = [(part.id, part.probes) for part in course.parts if part.id in ids]
        passed = {check.id for check in score.checks if check.status == "passed"}
        pixels = images.load_images(settings.profile, settings.data_dir)
        showcase = collect_showcase(work, taken, passed, launcher, pixels)
        showcase.checks = score.checks
        return score, showcase


def record_demos(submission: Path) -> report.Demos | None:
    """Return recorded demos of the learner's own code, those that it has come to; None for none."""
    with open_stage(submission, load_course()) as stage:
        records = record_all(stage)
    return report_demos([one for one in records if _answers_any(one)])


def _answers_any(record: Mapping[str, Any]) -> bool:
    """Whether the code of a recorded demo answered for any of its settings."""
    return any(each["answer"]["problem"] is None for each in record["answers"])


def page_parts(showcase: Showcase) -> Parts:
    """Return pictures, numbers and texts as the page takes them."""
    parts = Parts(text=showcase.text, absent=showcase.absent)
    if showcase.graph:
        parts.expression = EXPRESSION_TEXT
        parts.graph, parts.nodes = report.draw_graph(showcase.graph)
    if showcase.curves:
        text = "; ".join(
            translate(
                "{name}: from {first:.3g} to {last:.3g}", name=name, first=loss[0], last=loss[-1]
            )
            for name, loss in showcase.curves.items()
        )
        svg = pictures.draw_curves(showcase.curves, f"{translate('Loss curves')}. {text}.")
        parts.curves = report.make_picture(svg, f"{text}.")
    parts.regimes = [_regime_picture(regime) for regime in showcase.regimes]
    if showcase.tuning:
        parts.tuning = _tuning_picture(showcase.tuning)
    if showcase.hand and (cells := neurons.judge_cells(showcase.checks, showcase.hand)):
        parts.hand = report.Picture(neurons.draw_cells(cells), neurons.describe_cells(cells))
    parts.exhibits = [_show_exhibit(exhibit) for exhibit in showcase.exhibits]
    parts.planes = [_plane_picture(plane) for plane in showcase.planes]
    if digits := showcase.digits:
        parts.confusion, parts.accuracy = digits.confusion.tolist(), digits.accuracy
        parts.mistakes = [
            report.describe_mistake(pixels, digits.scale, truth, answer, sure)
            for pixels, truth, answer, sure in digits.wrong
        ]
    return parts


def add_journey(parts: Parts, score: Score, course: Course) -> None:
    """Add the milestones as a picture, and what was built where all checks of one pass."""
    caption = journey.describe_journey(score.milestones)
    parts.journey = report.make_picture(journey.draw_journey(score.milestones, caption), caption)
    done = {one.id for one in score.milestones if journey.share_of(one) == 1.0}
    parts.built = [(part.id, part.built) for part in course.milestones if part.id in done]


def _plane_picture(plane: Plane) -> report.Picture:
    count = int(plane.y.max()) + 1
    text = translate(
        "{title}: {share:.0%} of {count} points lie in their class's region",
        title=translate(plane.title),
        share=plane.accuracy,
        count=len(plane.y),
    )
    span = (plane.low, plane.high)
    name = plane.title.lower().replace(" ", "-")
    alternative = f"{translate('Decision boundary of {count} classes.', count=count)} {text}."
    svg = pictures.draw_plane(name, plane.x, plane.y, span, plane.labels, alternative)
    return report.make_picture(svg, f"{text}.")


def _regime_picture(regime: Regime) -> report.Picture:
    said = (
        translate('explain says "{said}"', said=regime.said)
        if regime.said
        else translate("too few epochs for explain")
    )
    settings = ", ".join(f"{name} {value:g}" for name, value in regime.settings.items())
    text = translate(
        "{name}: {said}. Loss at the end: {train:.2f} in training, {validation:.2f} in validation "
        "({settings}).",
        name=regime.name.capitalize(),
        said=said,
        train=regime.train[-1],
        validation=regime.validation[-1],
        settings=settings,
    )
    alternative = f"{translate('Loss curves')}. {text}"
    svg = pictures.draw_fit(regime.name, regime.train, regime.validation, alternative)
    return report.make_picture(svg, text)


def _show_exhibit(exhibit: Exhibit) -> report.ShownExhibit:
    name, alternative = exhibit.unit.replace(".", "-"), f"{exhibit.title}. {exhibit.sentence}"
    svg = ""
    if exhibit.lines:
        svg = pictures.draw_lines(name, exhibit.lines, exhibit.axes, alternative)
    elif exhibit.grids:
        svg = pictures.draw_grids(name, exhibit.grids, exhibit.wrong, alternative)
    heading = f"{exhibit.unit} · {exhibit.title}"
    picture = report.make_picture(svg, exhibit.sentence)
    return report.ShownExhibit(heading, picture, exhibit.rows)


def _tuning_picture(tuning: Tuning) -> report.Picture:
    rows = [(own.name, 100 * own.mean, 100 * own.error) for own in tuning.settings]
    means = ", ".join(f"{name} {mean:.1f} ± {error:.1f}" for name, mean, error in rows)
    text = translate(
        'decide says "{decided}". Validation accuracy in %, the mean of {count} seeds and two '
        "standard errors: {means}.",
        decided=tuning.decided,
        count=tuning.settings[0].runs,
        means=means,
    )
    svg = pictures.draw_forest(rows, f"{translate('Tuning')}: {text}")
    return report.make_picture(svg, text)


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
