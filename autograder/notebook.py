"""What a notebook of an nbgrader course calls: the kit's checks on the notebook itself.

A graded cell is two lines: ``from autograder.notebook import passes`` and ``passes("m1.add")``.
"""

from autograder.run.notebook_checks import NotPassed, find_earlier_work, passes

__all__ = ["NotPassed", "find_earlier_work", "passes"]
