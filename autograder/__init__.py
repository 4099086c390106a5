"""A graded exercise kit: build a neural network from scratch, checked by an autograder."""

import sys

__version__ = "0.2.0"

if sys.version_info < (3, 11):  # noqa: UP036  # first of all, in words that any Python can read
    message = "autograder: Python 3.11 or newer is needed, and this is Python %d.%d: make the "
    message += "environment with a newer one, such as python3.12 -m venv .venv\n"
    sys.stderr.write(message % sys.version_info[:2])
    sys.exit(2)


def load_ipython_extension(shell):  # type: ignore[no-untyped-def]  # read by any Python
    """Give a notebook %check, %hint and %explore, and its earlier milestones: %load_ext."""
    from autograder import notebook  # noqa: PLC0415 - all else imports without it

    notebook.attach(shell)
