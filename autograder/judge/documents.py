"""The documents of a submission, as text that the judge reads and never runs."""

from autograder.intake.submission import Submission
from autograder.sandbox.failures import NotHandedIn, Rejected


class Documents:
    """The texts handed in beside a module.

    Parameters
    ----------
    submission : Submission
        What was handed in.
    owner : str
        The unit, for messages: ``unit r``.
    """

    def __init__(self, submission: Submission, owner: str) -> None:
        self._submission = submission
        self._owner = owner

    def read(self, name: str) -> str:
        """Return the text of a document.

        Raises
        ------
        NotHandedIn, Rejected
            Where it is not there, too long, or no UTF-8.
        """
        if name in self._submission.withheld:
            raise Rejected(self._submission.withheld[name])
        if name not in self._submission.files:
            raise NotHandedIn(f"{self._owner}: {name} was not handed in")
        data = (self._submission.folder / name).read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            line = data[: problem.start].count(b"\n") + 1
            raise Rejected(f"{name}, line {line}: not UTF-8; save it as UTF-8") from None
        return text.replace("\r\n", "\n").replace("\r", "\n")
