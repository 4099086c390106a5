"""Workers, forked and spawned: they answer, they are timed, and nothing of them stays."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.sandbox import forking
from autograder.sandbox.failures import Died, Raised, TimedOut
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.sandbox.output import MAX_KEPT
from autograder.sandbox.spawning import SpawnLauncher
from autograder.worker import wire
from autograder.worker.protocol import Request

PROBES = ["m1=autograder.worker.probes.m1_scalar_autograd"]
LAUNCHERS: dict[str, Callable[[], Launcher]] = {
    "strict": lambda: ForkLauncher(PROBES, "strict"),
    "strict, files kept": lambda: ForkLauncher(PROBES, "strict", disk=False),
    "process": lambda: ForkLauncher(PROBES, "process"),
    "spawn": lambda: SpawnLauncher(PROBES),
}


@pytest.fixture(scope="module", params=LAUNCHERS)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    made = LAUNCHERS[request.param]()
    yield made
    made.close()


ENGINE = "class Value:\n    def __init__(self, data):\n        self.data = data\n"


def look(launcher: Launcher, folder: Path, expression: str, seconds: float = 20.0) -> object:
    with launcher.start_worker(folder, 30, 2048) as worker:
        args = {"program": [], "expressions": [expression]}
        return worker.call_probe("m1.look", args, seconds)["values"][0]


def test_answers(launcher: Launcher, write: Callable[..., Path]) -> None:
    assert look(launcher, write(engine=ENGINE), "Value(3.5).data") == 3.5


def test_two_questions_one_state(launcher: Launcher, write: Callable[..., Path]) -> None:
    folder = write(engine=ENGINE)
    args = {
        "program": ["Value.seen = getattr(Value, 'seen', 0) + 1"],
        "expressions": ["Value.seen"],
    }
    with launcher.start_worker(folder, 30, 2048) as worker:
        answers = [worker.call_probe("m1.look", args, 20.0)["values"][0] for _ in range(2)]
    assert answers == [1, 2]
    assert look(launcher, folder, "getattr(Value, 'seen', 0)") == 0  # another worker, another state


def test_exceptions_carry_the_learners_own_lines(
    launcher: Launcher, write: Callable[..., Path]
) -> None:
    source = (
        "class Value:\n    def __init__(self, data):\n        raise KeyError('no such thing')\n"
    )
    with pytest.raises(Raised) as caught:
        look(launcher, write(engine=source), "Value(1)")
    problem = caught.value.problem
    assert (problem.type, problem.importing) == ("KeyError", False)
    assert [(f.file, f.line, f.function) for f in problem.frames] == [("engine.py", 3, "__init__")]
    assert problem.frames[0].code == "raise KeyError('no such thing')"


def test_messages_name_no_place_that_differs_from_run_to_run(
    launcher: Launcher, write: Callable[..., Path]
) -> None:
    source = (
        "import os\nhere = os.path.abspath(__file__), os.path.abspath('x')\n"
        "raise ValueError(' '.join(here))\n"
    )
    with pytest.raises(Raised) as caught:
        look(launcher, write(engine=source), "1")
    assert caught.value.problem.message == "engine.py x"


def test_a_module_that_does_not_parse_is_told_with_its_line(
    launcher: Launcher, write: Callable[..., Path]
) -> None:
    with pytest.raises(Raised) as caught:
        look(launcher, write(engine="x = 1\ny = (\n"), "1")
    problem = caught.value.problem
    assert (problem.type, problem.importing) == ("SyntaxError", True)
    assert (problem.frames[0].file, problem.frames[0].line) == ("engine.py", 2)


def test_a_missing_name_is_missing(launcher: Launcher, write: Callable[..., Path]) -> None:
    with pytest.raises(Raised) as caught:
        look(launcher, write(engine="x = 1\n"), "1")
    assert caught.value.status == "missing"


def test_no_answer_is_a_timeout(launcher: Launcher, write: Callable[..., Path]) -> None:
    with pytest.raises(TimedOut):
        look(launcher, write(engine="while True: pass\n"), "1", seconds=1.5)


@pytest.mark.parametrize(("lost", "answers"), [(0.0, False), (600.0, True)])
def test_time_without_a_core_does_not_count(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, lost: float, answers: bool
) -> None:
    """It sleeps for more than one deadline here, and for less than one and a half."""
    monkeypatch.setattr(forking, "_seconds_without_core", lambda _: lost)
    folder = write(engine="import time\ntime.sleep(1.15)\n" + ENGINE)
    with closing(ForkLauncher(PROBES, "process")) as launcher:
        launcher.wait_until_ready()
        if answers:
            assert look(launcher, folder, "Value(2.0).data", seconds=1.0) == 2.0
        else:
            with pytest.raises(TimedOut):
                look(launcher, folder, "Value(2.0).data", seconds=1.0)


def test_patience_has_an_end(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forking, "_seconds_without_core", lambda _: 600.0)
    folder = write(engine="import time\ntime.sleep(60)\n")
    with closing(ForkLauncher(PROBES, "process")) as launcher, pytest.raises(TimedOut):
        look(launcher, folder, "1", seconds=0.2)


def test_a_spawned_worker_ends_when_nobody_listens(write: Callable[..., Path]) -> None:
    folder = write(engine="while True: pass\n")
    question = wire.encode_frame(Request("m1.look", {"program": [], "expressions": ["1"]}))
    with SpawnLauncher(PROBES).start_worker(folder, 30, 2048) as worker:
        assert worker.process.stdin is not None
        worker.process.stdin.write(question)
        worker.process.stdin.close()  # what the kernel does when the judge dies
        assert worker.process.wait(30) == 0


def test_an_early_exit_is_a_death(launcher: Launcher, write: Callable[..., Path]) -> None:
    with pytest.raises(Died, match="exit code 0"):
        look(launcher, write(engine="import os\nos._exit(0)\n"), "1")


def test_output_is_kept_to_a_cap_and_the_rest_dropped(
    launcher: Launcher, write: Callable[..., Path]
) -> None:
    folder = write(engine=ENGINE + f"print('x' * {MAX_KEPT + 999}, flush=True)\n")
    args = {"program": [], "expressions": ["1"]}
    with launcher.start_worker(folder, 30, 2048) as worker:
        assert worker.call_probe("m1.look", args, 20.0) == {"values": [1]}
    assert len(worker.output.captured) == MAX_KEPT
    assert worker.output.is_cut
    assert worker.output.captured_text.endswith("x\n[and more]")


def test_what_the_scratch_folder_held_goes(launcher: Launcher, write: Callable[..., Path]) -> None:
    folder = write(engine=ENGINE + "open('left.txt', 'w').write('here')\nHERE = open('left.txt')\n")
    with launcher.start_worker(folder, 30, 2048) as worker:
        args = {"program": ["from engine import HERE"], "expressions": ["len(HERE.read())"]}
        assert worker.call_probe("m1.look", args, 20.0) == {"values": [4]}
        scratch = worker.scratch
    assert not scratch.exists() or list(scratch.iterdir()) == []


def test_what_is_printed_names_neither_copy_nor_scratch_folder(
    launcher: Launcher, write: Callable[..., Path]
) -> None:
    folder = write(
        engine=ENGINE + "import os\nprint(__file__, os.path.abspath('left.txt'), flush=True)\n"
    )
    with launcher.start_worker(folder, 30, 2048) as worker:
        worker.call_probe("m1.look", {"program": [], "expressions": ["1"]}, 20.0)
    assert worker.printed_text.split() == ["engine.py", "left.txt"]


def test_no_descriptor_is_left_open(launcher: Launcher, write: Callable[..., Path]) -> None:
    folder = write(engine=ENGINE)
    look(launcher, folder, "1")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        look(launcher, folder, "1")
    assert len(os.listdir("/proc/self/fd")) == before


def test_notebook_cells_run_and_a_failing_one_is_left_behind(
    launcher: Launcher, tmp_path: Path
) -> None:
    cells = [
        ["%matplotlib inline\n", "import matplotlib.pyplot as plt\n"],
        ["class Value:\n", "    def __init__(self, data):\n", "        self.data = data + 1\n"],
        ["raise RuntimeError('left over')\n"],
        ["Value.late = 'yes'\n", "!ls\n"],
    ]
    notebook = {"cells": [{"cell_type": "code", "source": source} for source in cells]}
    (tmp_path / "engine.ipynb").write_text(json.dumps(notebook))
    assert look(launcher, tmp_path, "[Value(1).data, Value.late]") == [2, "yes"]


def test_a_notebook_error_names_cell_and_line(launcher: Launcher, tmp_path: Path) -> None:
    source = ["class Value:\n", "    def __init__(self, data):\n", "        1 / 0\n"]
    cells = [{"cell_type": "markdown", "source": "# hi"}, {"cell_type": "code", "source": source}]
    (tmp_path / "engine.ipynb").write_text(json.dumps({"cells": cells}))
    with pytest.raises(Raised) as caught:
        look(launcher, tmp_path, "Value(1)")
    frame = caught.value.problem.frames[-1]
    assert (frame.file, frame.line, frame.code) == ("engine.ipynb[1]", 3, "1 / 0")


def test_what_a_broken_cell_should_have_defined_is_told(launcher: Launcher, tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": "class Value(\n"}]
    (tmp_path / "engine.ipynb").write_text(json.dumps({"cells": cells}))
    with pytest.raises(
        Raised, match=r"does not define Value.*engine.ipynb\[1\], line 1: SyntaxError: '\(' was"
    ):
        look(launcher, tmp_path, "1")


def test_foreign_modules_cannot_be_imported(launcher: Launcher, write: Callable[..., Path]) -> None:
    with pytest.raises(Raised, match="only the standard library, NumPy and files handed in"):
        look(launcher, write(engine=ENGINE), "__import__('sklearn')")
