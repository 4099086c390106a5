"""Demos as they are put on a page: with all their settings, or with those that were recorded."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from autograder.learning.controls import Control
from autograder.learning.demos import Demo, find_demo, read_settings
from autograder.learning.explore.drawings import draw_answer

Fields = dict[str, Any]
NOTHING = {"status": Markup(""), "panels": Markup("")}


def live_demo(demo: Demo) -> Fields:
    """Return a demo whose answers come later."""
    controls = [_show_control(control) for control in demo.controls]
    return _show_demo(demo, controls, NOTHING, "")


def recorded_demo(record: Mapping[str, Any]) -> Fields:
    """Return a demo that replays its record; it stands at its defaults, the first of the answers.

    Parameters
    ----------
    record : dict
        As `autograder.learning.demos.record` returns it.
    """
    demo = find_demo(record["demo"])
    answers = record["answers"]
    drawn = [{"settings": one["settings"], **draw_answer(one["answer"])} for one in answers]
    controls = [
        shown
        for control in demo.controls
        if (shown := _recorded_control(control, [one["settings"] for one in answers]))
    ]
    first = answers[0]["settings"]
    for one in drawn:  # what cannot be chosen is no setting of the page
        names = {control["name"] for control in controls if control["kind"] != "fixed"}
        one["settings"] = {name: value for name, value in one["settings"].items() if name in names}
    assert first == read_settings(demo, {})
    return _show_demo(demo, controls, drawn[0], _pack(drawn))


def _show_demo(demo: Demo, controls: Any, answer: Mapping[str, Any], record: str) -> Fields:
    own = {"id": demo.id, "title": demo.title, "part": demo.part, "sentence": demo.sentence}
    return {**own, "controls": controls, "answer": answer, "record": record}


def _show_control(control: Control) -> Fields:
    shown = control.default if control.kind != "slider" else f"{control.default:g}"
    return {**vars(control), "shown": shown, "values": []}


def _recorded_control(control: Control, settings: Sequence[Mapping[str, Any]]) -> Fields | None:
    """Return a control with the recorded values alone, or the one value that it has."""
    values = [*dict.fromkeys(one[control.name] for one in settings)]
    if control.kind == "button":
        return None
    if len(values) == 1:
        shown = f"{values[0]:g}" if control.kind == "slider" else values[0]
        return {**_show_control(control), "kind": "fixed", "default": shown}
    if control.kind != "slider":
        return {**_show_control(control), "kind": "choice", "choices": values}
    values.sort()
    place = {"low": 0, "high": len(values) - 1, "step": 1, "default": values.index(control.default)}
    return {**_show_control(control), **place, "values": values}


def _pack(answers: Sequence[Any]) -> str:
    """Return answers as a page carries them: their drawings have most of their text in common."""
    text = json.dumps(answers, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()
