"""The learner's work as it is saved now: asked by one question at a time, opened anew at a save."""

import secrets
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import watchfiles

from autograder.course import Course
from autograder.files import explain_os_error
from autograder.language.catalogue import translate
from autograder.learning.affected import Sources
from autograder.learning.demos import DemoAnswer, answer, open_stage
from autograder.learning.playground import Playground, Trouble
from autograder.learning.watch import QUIET_MS, SETTLE_MS, is_source_file
from autograder.run.faults import describe_fault

READY = "Connected to your code: save a file, and this page follows."
ENDING_SECONDS = 10.0  # for the question that is being answered


class LiveWork:
    """What the demos ask.

    Parameters
    ----------
    folder : Path
        The learner's.
    course : Course
        Its milestones.

    Attributes
    ----------
    version : str
        Changes with every save, and with every server.
    words : str
        What there is to say of it.
    """

    def __init__(self, folder: Path, course: Course) -> None:
        self.folder = folder
        self.course = course
        self.words = translate(READY)
        self.over = threading.Event()
        self._asking = threading.Lock()  # a launcher starts one worker at a time
        self._changed = threading.Condition()
        self._start = secrets.token_hex(4)
        self._saves = 0
        self._resources = ExitStack()
        self._stage: Playground | None = None
        self._sources = Sources(folder)
        self._sources.find_changed(self._sources.list_files())

    @property
    def version(self) -> str:
        """The name of this state of the work."""
        return f"{self._start}-{self._saves}"

    def answer(self, demo_id: str, settings: dict[str, Any]) -> DemoAnswer:
        """Return what the work answers; where nothing can, why, in one sentence."""
        try:
            with self._asking:
                return answer(demo_id, settings, self._stage or self._open_stage())
        except OSError as problem:
            reason = f"{self.folder} cannot be read: {explain_os_error(problem)}"
        except Exception as fault:
            reason = f"the kit is at fault, please report it: {describe_fault(fault)}"
        trouble = Trouble(message=reason, place="", check="")
        return DemoAnswer(panels=[], problem=trouble, sentence="", next=None)

    def _open_stage(self) -> Playground:
        self._stage = self._resources.enter_context(open_stage(self.folder, self.course))
        return self._stage

    def watch_files(self) -> None:
        """Follow what is saved until it is over; runs in a thread of its own."""
        changes = watchfiles.watch(
            self.folder,
            watch_filter=is_source_file,
            step=QUIET_MS,
            debounce=SETTLE_MS,
            stop_event=self.over,
            rust_timeout=200,
            raise_interrupt=False,
        )
        try:
            for batch in changes:
                self._follow(Path(path) for _, path in batch)
        except Exception as problem:
            lost = "Files are no longer watched ({problem}): start explore again."
            self._announce(translate(lost, problem=problem))

    def _follow(self, files: Iterable[Path]) -> None:
        changed = sorted(file.name for file in self._sources.find_changed(files))
        if changed:
            with self._asking:
                self._stage = None
                self._resources.close()
            saved = "{files} saved: this page shows it."
            self._announce(translate(saved, files=", ".join(changed)))

    def _announce(self, words: str) -> None:
        with self._changed:
            self._saves += 1
            self.words = words
            self._changed.notify_all()

    def wait_for_change(self, version: str, seconds: float) -> bool:
        """Wait until the work is no longer at `version`, `seconds` at most; return whether so."""
        with self._changed:
            is_other = lambda: self.version != version or self.over.is_set()  # noqa: E731
            return self._changed.wait_for(is_other, seconds)

    def close(self) -> None:
        """End all that waits, and remove the private copy."""
        self.over.set()
        with self._changed:
            self._changed.notify_all()
        if self._asking.acquire(timeout=ENDING_SECONDS):
            self._resources.close()
