"""The source of a planted work: its statements, and those that the mistake stands in."""

import difflib
import json
from functools import cached_property

from autograder.diagnosis.places import Statement, find_statement
from autograder.diagnosis.wording import Words
from autograder.worker.edits import list_statements
from tests.diagnosis import corpus
from tests.diagnosis.planting import Planting


class PlantedSource:
    """What stands in the module of a planted work.

    Parameters
    ----------
    planting : Planting
        A mistake, or several.
    """

    def __init__(self, planting: Planting) -> None:
        (milestone,) = corpus.find_milestones([planting.milestone])
        self.base = corpus.base_source(milestone, planting.base)
        self.text = planting.apply(self.base)

    @cached_property
    def statements(self) -> list[Statement]:
        """All statements."""
        rows = json.loads(list_statements(self.text))
        return [Statement(**{**row, "words": frozenset(row["words"])}) for row in rows]

    @cached_property
    def planted_lines(self) -> set[int]:
        """The statements that were changed; where lines were taken out those before and after."""
        lines: set[int] = set()
        before, after = self.base.splitlines(), self.text.splitlines()
        codes = difflib.SequenceMatcher(None, before, after, False).get_opcodes()
        for tag, _, _, start, end in codes:
            if tag == "delete":
                lines |= {self._find_beside(start, -1), self._find_beside(start + 1, 1)}
            elif tag != "equal":
                lines |= set(range(start + 1, end + 1))
        return {self.find_start(line) for line in lines}

    @property
    def planted_words(self) -> list[Words]:
        """The words of each statement that was changed."""
        return [one.words for one in self.statements if one.line in self.planted_lines]

    def find_start(self, line: int) -> int:
        """Return the first line of the statement on `line`."""
        statement = find_statement(self.statements, line)
        return statement.line if statement else line

    def find_function(self, line: int) -> str:
        """Return the function of the statement on `line`."""
        statement = find_statement(self.statements, line)
        return statement.function if statement else ""

    def _find_beside(self, line: int, step: int) -> int:
        """Return the nearest line with a statement, from `line` up or down."""
        last = max((one.last for one in self.statements), default=0)
        while 1 <= line <= last and not find_statement(self.statements, line):
            line += step
        return line
