"""The page as one piece of HTML: nothing comes from elsewhere, and its own script alone runs."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from markupsafe import Markup

from autograder.language.pages import page_words
from autograder.learning.demos import DEMOS
from autograder.learning.explore.recordings import live_demo, recorded_demo
from autograder.reports.report import Demos
from autograder.templates import hash_source, render, text

Mode = Literal["live", "recorded"]
STYLES = ("page.css", "demos.css")
SCRIPTS = ("controls.js", "answers.js", "backward.js", "scrolling.js", "demo.js")
FOLDER = "explore"  # of the templates


def live_page(name: str) -> str:
    """Return the page that asks a server for its answers; `name` is that of the work."""
    return _render_page(name, "live", [live_demo(demo) for demo in DEMOS])


def recorded_page(name: str, records: Sequence[Mapping[str, Any]]) -> str:
    """Return a page that replays what was recorded, and needs nothing else."""
    return _render_page(name, "recorded", [recorded_demo(record) for record in records])


def report_demos(records: Sequence[Mapping[str, Any]]) -> Demos | None:
    """Return recorded demos as a part of the report; None where nothing was recorded."""
    if not records:
        return None
    demos = [recorded_demo(record) for record in records]
    script = script_of("recorded")
    return Demos(
        sections=Markup(render("demo_sections.html.j2", demos=demos, heading="h3", **page_words())),
        style=Markup(_read("demos.css")),
        script=Markup(script),
        source=Markup(hash_source(script)),
    )


def script_of(mode: Mode) -> str:
    """Return the script of a page, made of the files of `mode`."""
    return "\n".join(['"use strict";', *map(_read, (*SCRIPTS, f"{mode}.js", "start.js"))])


def _render_page(name: str, mode: Mode, demos: Sequence[Any]) -> str:
    style, script = "\n".join(map(_read, STYLES)), script_of(mode)
    sources = {"script-src": hash_source(script), "style-src": hash_source(style)}
    sources |= {"img-src": "data:", "form-action": "'none'", "base-uri": "'none'"}
    sources |= {"connect-src": "'self'"} if mode == "live" else {}
    policy = "; ".join(f"{kind} {source}" for kind, source in sources.items())
    return render(
        "explore.html.j2",
        name=name,
        mode=mode,
        demos=demos,
        heading="h2",
        style=Markup(style),
        script=Markup(script),
        policy=Markup(f"default-src 'none'; {policy}"),
        **page_words(),
    )


def _read(name: str) -> str:
    return text(f"{FOLDER}/{name}")
