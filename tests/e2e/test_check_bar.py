"""``%check`` in a real kernel while it runs: a bar, in place of which the result comes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.exchange.assignments import FIRST_CELL
from autograder.learning.check_bar import LOOKING, READING
from autograder.templates import text
from tests.conftest import ROOT
from tests.real_kernel import Output, RealKernel, start_kernel

ENGINE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
OVERWRITES = (ROOT / "tests/classroom/noah-overwrites-grads/engine.py").read_text()
COUNT = re.compile(r"(\d+) of (\d+) checks")
IN_A_TERMINAL = """
import sys
sys.stdout.isatty = lambda: True
from autograder.judge.news import News
from autograder.learning.check_bar import CheckBar
from autograder.reports.cell_output import show_line
bar = CheckBar()
bar.tell(News(4, {"m1.add": "passed", "m1.mul": "failed"}, ["m1.tanh"]), False)
bar.replace(show_line("the result"))
"""
BAR = re.compile(r"\[(#*)(-*)\]")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKernel]:
    with start_kernel(tmp_path_factory.mktemp("bar")) as started:
        started.run(text(FIRST_CELL))
        yield started


def list_counts(outputs: list[Output]) -> list[tuple[int, int]]:
    counts = [COUNT.search(output.text) for output in outputs]
    return [(int(count[1]), int(count[2])) for count in counts if count]


def test_the_bar_counts_the_checks_up_and_the_result_takes_its_place(kernel: RealKernel) -> None:
    kernel.run(ENGINE)
    first, *updates = kernel.run("%check m1.tanh m1.add m1.exp m1.mul")
    assert (first.kind, first.text) == ("display_data", f"[{'-' * 20}] {READING}")
    assert {output.kind for output in updates} == {"update_display_data"}
    assert {output.display for output in updates} == {first.display} != {""}
    counts = list_counts(updates[:-1])
    assert counts == sorted(counts)
    assert counts[-1] == (4, 4)
    assert {most for _, most in counts} == {4}
    for output, (done, most) in zip(updates[-1 - len(counts) : -1], counts, strict=True):
        bar = BAR.search(output.text)
        assert bar is not None
        assert (len(bar[1]), len(bar[2])) == (20 * done // most, 20 - 20 * done // most)
        for part in ('role="progressbar"', f'aria-valuenow="{done}"', f'aria-valuemax="{most}"'):
            assert part in output.html
        assert f"width:{100 * done // most}%" in output.html
    assert "6.75 of 6.75 public points" in updates[-1].text


def test_an_interrupt_ends_the_search_for_mistakes_and_verdicts_stand(kernel: RealKernel) -> None:
    kernel.run(OVERWRITES)
    outputs = kernel.run("%check m1", until=LOOKING)
    assert f"37 of 37 checks, 16 did not pass; {LOOKING}" in outputs[-2].text
    assert "m1.add: failed" in outputs[-1].text


def test_nothing_is_left_of_the_bar_where_nothing_is_judged(kernel: RealKernel) -> None:
    outputs = kernel.run("%check m1.tahn")
    assert outputs[-1].text == "%check: there is no check 'm1.tahn'; did you mean m1.tanh?\n"
    assert outputs[-2].text == ""
    assert outputs[-2].display == outputs[0].display != ""


def test_a_terminal_s_line_is_drawn_anew(tmp_path: Path) -> None:
    """IPython in a terminal has no outputs that change: each update would be a line more."""
    with start_kernel(tmp_path) as kernel:
        kinds = [(output.kind, output.text) for output in kernel.run(IN_A_TERMINAL)]
    printed = "".join(shown for kind, shown in kinds if kind == "stream")
    begun, halfway = f"[{'-' * 20}] {READING}", f"[{'#' * 10}{'-' * 10}] "
    halfway += "2 of 4 checks, 1 did not pass; m1.tanh"
    assert printed.split("\r\x1b[K") == ["", begun, halfway, ""]
    assert kinds[-1] == ("display_data", "the result")
