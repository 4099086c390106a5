"""What a demo answers as HTML: one drawing of every panel, for live pages and recorded ones alike.

A page swaps these pieces in; that is why its scripts hold no arithmetic and no second layout, and a
page without scripts shows the same drawings.
"""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from autograder.language.pages import page_words
from autograder.learning.explore.curve_drawing import describe_curve
from autograder.learning.explore.graph_drawing import describe_graph
from autograder.learning.explore.matrix_drawing import describe_matrix
from autograder.learning.explore.network_drawing import describe_network
from autograder.learning.panels import Panel
from autograder.learning.playground import UNWRITTEN
from autograder.templates import render

DESCRIBERS: dict[str, Callable[[Panel], dict[str, Any]]] = {
    "graph": describe_graph,
    "curve": describe_curve,
    "network": describe_network,
    "matrix": describe_matrix,
}


def draw_answer(answer: Mapping[str, Any]) -> dict[str, Markup]:
    """Return an answer as two pieces of HTML: ``status``, what is said, and ``panels``."""
    panels = [{**panel, "drawing": DESCRIBERS[panel["kind"]](panel)} for panel in answer["panels"]]
    departs = any(panel["departs"] is not None for panel in answer["panels"])
    pitfalls = [panel["pitfall"] for panel in answer["panels"] if panel.get("pitfall")]
    problem = answer["problem"]
    status = render(
        "demo_status.html.j2",
        problem=problem,
        is_unwritten=bool(problem and problem["message"].startswith(UNWRITTEN)),
        sentence=answer["sentence"],
        departs=departs,
        has_panels=bool(panels),
        pitfall=pitfalls[0] if pitfalls else None,
        **page_words(),
    )
    return {
        "status": Markup(status),
        "panels": Markup(render("demo_panels.html.j2", panels=panels, **page_words())),
    }
