"""What is read where nobody guards it is counted first: no small file becomes large in memory."""

import tracemalloc
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake import lone
from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.rules import MAX_SEARCHED, MAX_SOURCE
from autograder.intake.submission import Entry
from tests.unit.intake.hand_ins import MODULES, notebook

MILESTONES = load_course().milestones
CLEAR = "clear its outputs, and save it"
CODE = '{"cell_type": "code", "source": "x"}'
LARGE = {
    "cells": (
        '{"cells": [' + '{"cell_type": "a"}, ' * 200_000 + CODE + "]}",
        f"it holds more than 200,000 objects; {CLEAR}",
    ),
    "escaped cells": (
        '{"cells": [' + '{"cell\\u005ftype": ""}, ' * 200_000 + CODE + "]}",
        f"it holds more than 200,000 objects; {CLEAR}",
    ),
    "lines": (
        '{"cells": [{"cell_type": "code", "source": [' + '"",' * 1_000_000 + '""]}]}',
        f"it holds more than 1,000,000 texts; {CLEAR}",
    ),
    "no number in texts": (
        '{"cells": [' + CODE + '], "a": [NaN, ' + '"",' * 500_000 + '""]}',
        "its JSON is broken in line 1; save it in Jupyter, hand in that file",
    ),
    "no numbers": (
        '{"cells": [' + CODE + '], "a": [' + "NaN," * 600_000 + "1]}",
        "its JSON is broken in line 1; save it in Jupyter, hand in that file",
    ),
    "conflict at the end": (
        '{"cells": ' + "\n" * 3_000_000 + ">>>>>>> a",
        "its line 3000001 is the mark of a merge conflict; choose one of the two versions, "
        "save it in Jupyter, hand in that file",
    ),
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_notebook_that_would_grow_is_refused_before_it_does(kind: str) -> None:
    text, told = LARGE[kind]
    data = text.encode()
    tracemalloc.start()
    with pytest.raises(NoNotebook) as caught:
        read_code_cells(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value) == told
    assert most < 3 * len(data)


def test_outputs_with_many_numbers_that_are_none_are_read() -> None:
    text = '{"cells": [' + CODE + '], "a": [' + '"NaN\\"", -Infinity, NaN, ' * 50_000 + "1]}"
    assert read_code_cells(text.encode()) == ["x"]


VALUE = "class Value:\n    pass\n"
LONE = {
    "small": (VALUE.encode(), ".py", "engine"),
    "late": (("x = 1\n" * MAX_SEARCHED + VALUE).encode()[: MAX_SOURCE - 1], ".py", "gpt"),
    "too large": ((VALUE + "x = 1\n" * 100_000).encode(), ".py", "gpt"),
    "notebook": (notebook(VALUE.encode(), "printed " * 200_000), ".ipynb", "engine"),
}


@pytest.mark.parametrize("kind", LONE)
def test_a_lone_file_is_judged_by_its_size_first(tmp_path: Path, kind: str) -> None:
    data, suffix, module = LONE[kind]
    file = tmp_path / f"mine{suffix}"
    file.write_bytes(data)
    (entry,) = lone.assign_modules([Entry("mine", file)], MILESTONES, MILESTONES[5:])
    assert entry.module == module


def test_of_a_file_that_is_too_large_nothing_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes(VALUE.encode() + bytes(MAX_SOURCE))
    monkeypatch.setattr(lone, "read_text", lambda *_: pytest.fail("read"))
    assert lone.guess_module(Entry("mine", file), MODULES) == ""
