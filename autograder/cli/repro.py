"""``autograder repro``: a failing check as a script that needs no kit."""

import dataclasses
import importlib
import inspect
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks import session
from autograder.checks.asking import Exchange
from autograder.checks.session import Run
from autograder.cli import choose
from autograder.cli.grading import best_isolation, launcher, settings, staged
from autograder.cli.stop import Stop
from autograder.course import Course, load
from autograder.grading.submission import Entry


def run(id: str, submission: Path, out: Path | None) -> None:
    """Run check `id`; where it fails write a script, where it passes say so."""
    choose.check(id)
    course = load()
    failed = _run_of(id, submission, course)
    if failed.result.status == "passed":
        raise Stop(f"{id} passes: there is nothing to reproduce", 1)
    if not failed.exchanges:
        raise Stop(f"{id} did not run: {failed.result.message}", 1)
    file = out or Path(f"repro_{id.replace('.', '_')}.py")
    file.write_text(script(failed, course, submission.resolve()))
    print(f"{file}: run it with python {file}")


def _run_of(id: str, submission: Path, course: Course) -> Run:
    chosen = choose.checks(course, [id])
    how = settings(course, None, best_isolation(), hidden=False)
    how = dataclasses.replace(how, only=chosen.only)
    probes = tuple(milestone.probes for milestone in chosen.milestones)
    with tempfile.TemporaryDirectory() as folder:
        entry = Entry(submission.resolve().name, submission)
        copy = staged(entry, course.modules, Path(folder).resolve())
        return session.run(copy, chosen.milestones, how, launcher(how.isolation, probes)).runs[0]


def script(run: Run, course: Course, submission: Path) -> str:
    """Return a script that asks the learner's code what the failing check asked last."""
    last = run.exchanges[-1]
    probe = _source(last, course)
    arguments = ", ".join(f"{name}={_literal(value)}" for name, value in last.args.items())
    wanted = f"\nprint('wanted:', {_literal(run.want)})" if run.want is not None else ""
    comment = "\n".join(f"# {line}" for line in run.result.message.splitlines())
    return (
        f"# {run.listed.id}: {run.listed.title}\n{comment}\nimport sys\n\nimport numpy as np\n\n"
        f"sys.path.insert(0, {str(submission)!r})\n\n\n{probe}\n\n"
        f"print('got:', {last.probe.partition('.')[2]}({arguments})){wanted}\n"
    )


def _source(exchange: Exchange, course: Course) -> str:
    milestone, _, name = exchange.probe.partition(".")
    module = importlib.import_module(course.milestone(milestone).probes.partition("=")[2])
    return inspect.getsource(getattr(module, name))


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        shape = f".reshape({value.shape})" if value.size == 0 else ""
        return f"np.array({value.tolist()!r}, dtype=np.{value.dtype}){shape}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)
