"""What notebooks call: earlier milestones to import, and the kit's checks.

The first cell of each notebook of the kit calls `set_up_kernel`. A graded cell of an nbgrader
course is two lines: ``from autograder.notebook import passes`` and ``passes("m1.add")``.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.learning import earlier_work
from autograder.learning.notebook_folder import describe_folder, find_notebook_folder
from autograder.worker.stand_ins import SHELL

if TYPE_CHECKING:
    from autograder.run.notebook_checks import NotPassed, passes

__all__ = ["NotPassed", "find_earlier_work", "passes", "set_up_kernel"]


def set_up_kernel() -> None:
    """Let this kernel import earlier milestones, and give it ``%check``, ``%hint``, ``%explore``.

    Called again, it lets the next import read anew what has been saved since. Where a notebook is
    imported itself, or runs as a script, it does nothing.
    """
    shell = _find_shell()
    if shell is not None and _is_called_by_notebook():
        attach(shell)


def attach(shell: Any) -> None:
    """Give `shell`, an IPython shell, all that `set_up_kernel` does."""
    from autograder.learning import line_magics  # noqa: PLC0415 - needs IPython

    folder = find_notebook_folder(shell.user_ns)
    _search_folder(folder, is_again=True)
    line_magics.register(shell)
    if note := describe_folder(folder):
        print(f"note: {note}")
    earlier_work.print_choices(folder)


def find_earlier_work() -> None:
    """Let this kernel import earlier milestones: ``engine.ipynb`` here or in ``../m1``."""
    shell = _find_shell()
    folder = find_notebook_folder(shell.user_ns if shell else {})
    _search_folder(folder, _is_called_by_notebook())


def _search_folder(folder: Path, is_again: bool) -> None:
    earlier_work.install_finder(folder)
    if is_again:
        earlier_work.forget_modules(folder)


def _find_shell() -> Any:
    """Return the shell of this kernel; None in a plain Python, whatever stands in for IPython."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return None if shell is SHELL else shell


def _is_called_by_notebook() -> bool:
    """Whether the caller's caller is a cell, and not a module that a cell imports."""
    return sys._getframe(2).f_globals.get("__name__") == "__main__"


def __getattr__(name: str) -> Any:
    """Load what judges only where it is asked for: it brings pytest with it."""
    if name in ("NotPassed", "passes"):
        from autograder.run import notebook_checks  # noqa: PLC0415

        return getattr(notebook_checks, name)
    raise AttributeError(name)
