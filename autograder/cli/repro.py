"""``autograder repro``: a failing check as a script that needs no kit."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks import session
from autograder.checks.asking import Exchange
from autograder.checks.session import Run
from autograder.cli import choose
from autograder.cli.grading import own_settings, own_work, staged, workers
from autograder.cli.stop import Stop
from autograder.course import Course, load
from autograder.sandbox.worker import load_probes


def run(id: str, submission: Path, out: Path | None) -> None:
    """Run check `id`; where it fails write a script, where it passes say so."""
    choose.check(id)
    if not submission.is_dir():
        raise Stop(f"there is no folder {submission}; name yours with --submission")
    course = load()
    failed = _run_of(id, submission, course)
    if failed.result.status == "passed":
        raise Stop(f"{id} passes: there is nothing to reproduce", 1)
    if not failed.exchanges:
        raise Stop(f"{id} did not run: {failed.result.message}", 1)
    file = out or Path(f"repro_{id.replace('.', '_')}.py")
    file.write_text(script(failed, course))
    print(f"{file}: run it with python {file} {submission}")


def _run_of(id: str, submission: Path, course: Course) -> Run:
    chosen = choose.checks(course, [id])
    how = own_settings(course, None, chosen.only)
    with staged(own_work(submission), course.modules) as copy:
        return session.run(copy, chosen.milestones, how, workers(how, chosen.milestones)).runs[0]


HEAD = """\
# {id}: {title}
{message}
import sys

import numpy as np

sys.path.insert(0, sys.argv[1] if sys.argv[1:] else ".")  # the folder with your modules


{probe}

answer = {name}({arguments})
"""
COMPARE = """\
got, wanted = np.ravel({got}), np.ravel({wanted})
print("got:   ", got)
print("wanted:", wanted)
near = 1e-4 if got.dtype == np.float32 else 1e-6
is_right = got.shape == wanted.shape
is_right = is_right and (all(got == wanted) or np.allclose(got, wanted, near, near))
sys.exit(not is_right)
"""
SHOW = """\
print("got:", answer)
sys.exit({message!r})
"""


def script(run: Run, course: Course) -> str:
    """Return a script that asks the learner's code what the failing check asked, and compares."""
    asked, part = _asked(run)
    head = HEAD.format(
        id=run.listed.id,
        title=run.listed.title,
        message="\n".join(f"# {line}" for line in run.result.message.splitlines()),
        probe=_source(asked, course),
        name=asked.probe.partition(".")[2],
        arguments=", ".join(f"{name}={_literal(value)}" for name, value in asked.args.items()),
    )
    return head + _ending(run, asked, part)


def _asked(run: Run) -> tuple[Exchange, str]:
    """Return the question with the wrong answer, and where in the answer the wrong part is.

    Where no part of an answer is what was compared, it is the last question, and no place.
    """
    if run.failed and run.failed.got is not None:
        for exchange in reversed(run.exchanges):
            for place, part in _parts(exchange.answer, "answer"):
                if part is run.failed.got:
                    return exchange, place
    return run.exchanges[-1], ""


def _parts(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield all parts of an answer, each with the expression that gives it."""
    yield place, value
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for key, part in items:
        yield from _parts(part, f"{place}[{key!r}]")


def _ending(run: Run, asked: Exchange, part: str) -> str:
    if asked.trouble is not None:
        return ""  # the question itself fails
    if part and run.failed and _is_flat(run.failed.got):
        return COMPARE.format(got=part, wanted=_literal(_rounded(run.failed.want)))
    return SHOW.format(message=run.result.message)


def _is_flat(value: Any) -> bool:
    """Whether NumPy makes one array of `value`."""
    try:
        return np.asarray(value).dtype.kind in "fiubU"
    except ValueError:
        return False


def _rounded(value: Any) -> Any:
    """Return numbers to ten figures: what central differences know."""
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def _source(exchange: Exchange, course: Course) -> str:
    milestone, _, name = exchange.probe.partition(".")
    module = load_probes([course.milestone(milestone).probes])[milestone]
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
