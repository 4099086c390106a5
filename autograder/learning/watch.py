"""The loop of ``autograder watch``: saves, keys and results come in, checks and screens go out."""

import queue
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import watchfiles
from rich.console import Console

from autograder.course import Course, Milestone
from autograder.intake.rules import JUNK, SOURCES
from autograder.judge.spec import list_checks
from autograder.learning import affected, ideas, progress
from autograder.learning.affected import Batch, Sources
from autograder.learning.hints import STEPS, hints_up_to
from autograder.learning.keys import has_keys, listening
from autograder.learning.runner import Fault, Ran, Runner
from autograder.reports import record
from autograder.reports.record import Record
from autograder.reports.terminal import console
from autograder.reports.watching import Chapter, Row, View, lines, turn
from autograder.run import selection
from autograder.score import milestone_score
from autograder.stop import STOPPED, Stop

QUIET_MS = 20  # without a change, before a save counts as finished
SETTLE_MS = 200  # at most, however busy the disk is
TICK = 0.5  # seconds in which Ctrl-C is heard everywhere


@dataclass(frozen=True)
class Saved:
    """Files that were written."""

    files: frozenset[Path]


@dataclass(frozen=True)
class Key:
    """A key that was pressed."""

    char: str


class Watch:
    """The loop: saves, keys and results come in, checks and screens go out."""

    def __init__(self, folder: Path, course: Course, profile: str | None) -> None:
        self.folder = folder
        self.place = folder.stat().st_ino
        self.course = course
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.runner = Runner(folder, course, profile, self.events.put)
        self.sources = Sources(folder)
        self.out = console()
        self.is_screen = self.out.is_terminal and not self.out.is_dumb_terminal
        self.view = View(list(map(_chapter, course.milestones)))
        self.order = 0
        self.begun = 0.0
        self.left: list[Batch] = []
        self.passed: set[str] = set()
        self.levels: dict[str, int] = {}

    def run(self) -> int:
        """Watch until q or Ctrl-C."""
        over = threading.Event()
        files = threading.Thread(target=self._look, args=(over,), daemon=True)
        try:
            with listening(lambda char: self.events.put(Key(char))):
                self._begin()
                self.runner.start()
                files.start()
                return self._serve()
        except KeyboardInterrupt:
            kept = (self.folder / record.NAME).is_file() and not self.view.notes
            print(file=sys.stderr)  # below the ^C
            told = "stopped; what you reached is kept" if kept else "stopped"
            raise Stop(told, STOPPED) from None
        finally:
            over.set()
            self.runner.finish()

    def _look(self, over: threading.Event) -> None:
        """Tell of every save; runs in a thread of its own."""
        changes = watchfiles.watch(
            self.folder, watch_filter=_is_source, step=QUIET_MS, debounce=SETTLE_MS,
            stop_event=over, rust_timeout=200, raise_interrupt=False,
        )  # fmt: skip
        try:
            for found in changes:
                self.events.put(Saved(frozenset(Path(path) for _, path in found)))
        except Exception as problem:
            self.events.put(Fault(0, f"files are not watched any more: {problem}; press r"))

    def _begin(self) -> None:
        known = progress.known(self.folder) if record.is_workspace(self.folder) else Record(1)
        done = {id for id, last in known.last.items() if last.share == 1.0}
        milestones = self.course.milestones
        current = next((one for one in milestones if one.id not in done), milestones[-1])
        self.view.current = current.id
        self.sources.differing(self.sources.files())
        self.sources.look()
        upto = milestones[: milestones.index(current) + 1]
        self._start(upto, set())

    def _serve(self) -> int:
        while True:
            try:
                event = self.events.get(timeout=TICK)
            except queue.Empty:
                event = None
            self._require_folder()
            match event:
                case Saved(files):
                    self._saved(files)
                case Ran():
                    self._ran(event)
                case Fault():
                    self._fault(event)
                case Key("q" | "\x03" | "\x04"):
                    return 0
                case Key(char):
                    self._pressed(char)

    def _require_folder(self) -> None:
        """End where the folder is gone: saves in one that takes its place would not be seen."""
        if not self.folder.is_dir() or self.folder.stat().st_ino != self.place:
            raise Stop(
                f"{self.folder} was removed or replaced; start watch again in the new one", 1
            )

    # What happens

    def _saved(self, files: frozenset[Path]) -> None:
        changed = affected.modules_of(self.sources.differing(files), self.folder)
        if changed:
            self.view.offer = ""
            self._changed(changed)

    def _changed(self, changed: set[str]) -> None:
        objects = self.sources.look()
        changed = {one for one in changed if affected.milestones(self.course, [one], self.sources)}
        chosen = affected.milestones(self.course, changed, self.sources)
        own = [one for one in chosen if one.module in changed]
        if own:
            self.view.current = own[0].id
        chosen = [one for one in chosen if one in own or self._has_begun(one)]
        if chosen:
            self._start(chosen, objects, f"{', '.join(sorted(changed))} saved: ")

    def _has_begun(self, milestone: Milestone) -> bool:
        """Whether anything of it was there: what is not begun needs no second look."""
        ran = [self.view.results.get(row.id) for row in self._rows(milestone)]
        return any(one and one.status not in ("missing", "blocked") for one in ran)

    def _rows(self, milestone: Milestone) -> Sequence[Row]:
        return next(one.rows for one in self.view.chapters if one.id == milestone.id)

    def _start(self, chosen: Sequence[Milestone], objects: set[str], why: str = "") -> None:
        """Run all checks of `chosen`, and what an interrupted run still owes."""
        owed = {batch.milestone.id for batch in self.left}
        chosen = [one for one in self.course.milestones if one in chosen or one.id in owed]
        first = [self.view.shown] if self.view.shown else []
        self.left = affected.batches(chosen, self.view.current, first, objects)
        self.begun = time.monotonic()
        self.order = self.runner.order(self.left)
        count = sum(len(batch.ids) for batch in self.left)
        self.view.doing = f"{why}{count} checks of {', '.join(one.id for one in chosen)} run ..."
        self._draw(final=False)

    def _ran(self, event: Ran) -> None:
        if event.run != self.order:
            return  # of an older version
        self.view.results |= {result.id: result for result in event.results}
        self.left = self.left[len(self.left) - event.left :]
        self._choose_failure()
        if event.left == 0:
            self._finished()
        elif self.is_screen:
            self._draw(final=False)

    def _finished(self) -> None:
        """Record what came out, show it, and go on to the next milestone where one is done."""
        self._note()
        seconds = time.monotonic() - self.begun
        undone = [one for one in self.view.chapters if not self.view.is_done(one)]
        is_done = self.view.is_done(self.view.chapter())
        if is_done:
            milestone = self.course.milestone(self.view.current)
            self.view.offer = ideas.offer(milestone, self.folder)
        end = "" if undone else "all milestones are done: autograder report shows your work; "
        self.view.doing = f"{end}ran in {seconds:.1f} s; waiting for a save"
        if is_done and undone:
            self.view.doing = f"{self.view.current} is done, now {undone[0].id}"
        self._draw(final=True)
        if is_done and undone:
            self._go_to(undone[0])

    def _go_to(self, chapter: Chapter) -> None:
        before, self.view.current = self.view.current, chapter.id
        self._choose_failure()
        if self.view.is_known(chapter):
            self.view.doing = f"{before} is done, now {chapter.id}; waiting for a save"
            self._draw(final=True)
        else:
            self._start([self.course.milestone(chapter.id)], set(), f"{before} is done: ")

    def _fault(self, event: Fault) -> None:
        if event.run in (0, self.order):
            self.view.doing = f"the grader is at fault: {event.message}"
            self._draw(final=True)

    def _choose_failure(self) -> None:
        failures = self.view.failures()
        if self.view.shown not in failures:
            self._show(failures[0] if failures else "")

    def _show(self, id: str) -> None:
        self.view.shown = id
        self.view.hints = {}

    def _note(self) -> None:
        """Keep in the record what the last results prove."""
        by_chapter = [
            (one, [self.view.results[row.id] for row in one.rows if row.id in self.view.results])
            for one in self.view.chapters
        ]
        parts = [milestone_score(one.id, one.title, ran) for one, ran in by_chapter if ran]
        said: list[str] = []
        progress.note_milestones(self.folder, parts, self.course.milestones, said.append)
        self.view.notes = said

    # Keys

    def _pressed(self, char: str) -> None:
        actions = {"n": self._next, "h": self._hint, "r": self._rerun, "l": self._list}
        action = actions.get(char.lower())
        if action:
            action()
            self._draw(final=False)

    def _next(self) -> None:
        failures = self.view.failures()
        if failures:
            at = failures.index(self.view.shown) + 1 if self.view.shown in failures else 0
            self._show(failures[at % len(failures)])

    def _hint(self) -> None:
        if not self.view.shown:
            return
        level = min(len(self.view.hints) + 1, len(STEPS))
        self.view.hints = dict(hints_up_to(level, selection.check(self.view.shown)))
        said: list[str] = []
        progress.note(self.folder, record.of_hint(self.view.shown, level), said.append)
        self.view.notes = said

    def _rerun(self) -> None:
        self._start([self.course.milestone(self.view.current)], set(), "again: ")

    def _list(self) -> None:
        turn(self.view, self.out, self.out.height - 1 if self.is_screen else 0)

    # The screen

    def _draw(self, final: bool) -> None:
        """Draw the screen again; where there is none, print what is final."""
        if self.is_screen:
            _paint(self.view, self.out)
        elif final or has_keys():
            for line in lines(self.view, self.out):
                self.out.print(line, soft_wrap=True)
        else:
            self.out.print(self.view.doing)
        sys.stdout.flush()


def _paint(view: View, out: Console) -> None:
    """Draw over what is there; what is too long for the screen scrolls."""
    with out.capture() as drawn:
        for line in lines(view, out, out.height - 1):
            out.print(line, no_wrap=line.no_wrap, overflow=line.overflow)
    whole = drawn.get().rstrip("\n").replace("\n", "\x1b[K\n")
    sys.stdout.write(f"\x1b[H\x1b[2J{whole}\x1b[K\n")


def _chapter(milestone: Milestone) -> Chapter:
    listed = list_checks(milestone.id, milestone.checks)
    rows = [Row(one.id, one.title, one.points_for("public")) for one in listed]
    return Chapter(milestone.id, milestone.title, rows)


def _is_source(_: watchfiles.Change, path: str) -> bool:
    file = Path(path)
    hidden = any(part in JUNK for part in file.parts) or file.name.startswith(".")
    return file.suffix in SOURCES and not hidden
