"""The notebook beside PyTorch, from its template: ``python -m autograder.exchange.comparison``."""

import sys
from pathlib import Path

from autograder.exchange import checkout

if __name__ == "__main__":
    checkout.require_or_exit("python -m autograder.exchange.comparison", "jupytext", "nbgrader")

import jupytext
import nbformat

from autograder import templates
from autograder.course.assignments import COMPARISON
from autograder.exchange.assignments import KERNEL, PERCENT, add_first_cell

TEMPLATE = "compare_notebook.py.j2"


def write_comparison(assignments: Path) -> Path:
    """Write the notebook below `assignments`, without outputs, and return its path."""
    cells = jupytext.reads(templates.text(TEMPLATE), PERCENT)
    for place, cell in enumerate(cells.cells):
        cell["id"], cell["metadata"] = f"compare-{place:02d}", {}
    cells["cells"] = add_first_cell(cells.cells, "compare")
    cells["metadata"] = {"kernelspec": KERNEL}
    target = assignments / COMPARISON
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{nbformat.writes(cells)}\n")
    return target


if __name__ == "__main__":
    print(write_comparison(Path(sys.argv[1]) if sys.argv[1:] else checkout.ROOT / "assignments"))
