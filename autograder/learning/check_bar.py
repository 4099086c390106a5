"""The bar below ``%check``, drawn over itself while checks run; only a kernel imports this."""

import sys

from IPython.display import display

from autograder.judge.news import News
from autograder.reports.cell_output import CellOutput, show_progress

READING = "reading what this kernel has defined ..."
LOOKING = "looking for the mistake (interrupt: that is enough) ..."
TO_START = "\r\x1b[K"  # of a terminal's line, which is empty then


class CheckBar:
    """A bar in place of which the result comes.

    A terminal shows no output in the place of another: there it is a line that is written anew.
    """

    def __init__(self) -> None:
        self.is_line = sys.stdout.isatty()
        first = show_progress(0, 0, READING)
        self.handle = None if self.is_line else display(first, display_id=True)
        if self.is_line:
            self._write(first.text)

    def tell(self, news: News, is_judged: bool) -> None:
        """Draw how far the checks have got."""
        done = len(news.statuses)
        self._redraw(show_progress(done, news.expected, describe_news(news, is_judged)))

    def replace(self, output: CellOutput) -> None:
        """Show the result in place of the bar."""
        if self.handle:
            self.handle.update(output)
        else:
            self._write("")
            display(output)

    def remove(self) -> None:
        """Leave no bar behind."""
        self._redraw(CellOutput("", ""))

    def _redraw(self, output: CellOutput) -> None:
        if self.handle:
            self.handle.update(output)
        else:
            self._write(output.text)

    def _write(self, text: str) -> None:
        sys.stdout.write(f"{TO_START}{text}")
        sys.stdout.flush()


def describe_news(news: News, is_judged: bool) -> str:
    """Return in words how many checks have ended, how many in vain, and what goes on."""
    if not news.expected:
        return READING
    wrong = news.count_wrong()
    parts = [f"{len(news.statuses)} of {news.expected} checks"]
    parts += [f"{wrong} did not pass"] if wrong else []
    now = LOOKING if is_judged and wrong else ", ".join(news.running)
    return ", ".join(parts) + (f"; {now}" if now else "")
