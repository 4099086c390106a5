"""``autograder diff``: what the learner changed since the stub."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from autograder.course import load_course
from autograder.language.catalogue import translate
from autograder.learning.modules import (
    Broken,
    LearnerModule,
    compare_with_stub,
    find_learner_module,
    functions_for_check,
    require_learner_module,
)
from autograder.learning.progress import warn_on_stderr
from autograder.reports.terminal import open_console
from autograder.run import selection

STYLES = {"+": "green", "-": "red", "@": "cyan"}
TAB = 4  # columns


def run(id: str | None, folder: Path) -> None:
    """Print the unified diff from the stub of `id`, or of every module that is there."""
    selection.require_folder(folder)
    if id is None:
        parts = load_course().parts
        modules = [module for part in parts if (module := find_learner_module(part, folder))]
        differences = [_compare(module) for module in modules]
    else:
        part, listed = selection.find_part_or_check(id)
        module = require_learner_module(part, folder)
        differences = [_compare(module, functions_for_check(listed, module) if listed else [])]
    _print_lines([line for difference in differences for line in difference])
    if not any(differences):
        stubs = "nothing differs from the stubs" if id is None else "nothing differs from the stub"
        warn_on_stderr(translate(stubs))


def _compare(module: LearnerModule, names: Sequence[str] = ()) -> list[str]:
    """Return the diff of some functions; of the whole module where they cannot be found."""
    try:
        return compare_with_stub(module, names)
    except (Broken, LookupError) as problem:
        reason = problem.args[0]
    if names:
        warn_on_stderr(translate("{reason}: this is the whole module", reason=reason))
        return _compare(module)
    warn_on_stderr(translate("{reason}: it cannot be compared", reason=reason))
    return []


def _print_lines(lines: Sequence[str]) -> None:
    out = open_console()
    if not out.is_terminal:
        text = "".join(f"{line}\n" for line in lines)
        sys.stdout.write(text.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))
        return
    for line in lines:
        bold = "bold" if line.startswith(("+++", "---")) else ""
        style = bold or STYLES.get(line[:1], "")
        out.print(Text(line.expandtabs(TAB), style=style), soft_wrap=True)
