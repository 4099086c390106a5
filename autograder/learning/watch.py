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

from autograder.course import Course, Part
from autograder.course.tasks import sort_by_task, tasks_by_check
from autograder.intake.rules import JUNK, SOURCES
from autograder.judge.spec import list_checks
from autograder.language.catalogue import translate
from autograder.learning import completion, progress, versions
from autograder.learning.affected import (
    AffectedParts,
    Batch,
    Sources,
    modules_of,
    plan_batches,
)
from autograder.learning.hints import STEPS, hints_up_to
from autograder.learning.ideas import handout_name
from autograder.learning.keys import has_keys, listen_for_keys
from autograder.learning.runner import BatchResults, MistakesProven, RunFault, Runner
from autograder.reports import record
from autograder.reports.record import Record
from autograder.reports.terminal import open_console, print_mistakes
from autograder.reports.watching import Chapter, CheckRow, View, render_lines, turn_page
from autograder.run import selection
from autograder.run.proving import give_hints
from autograder.score import MilestoneScore, score_milestone
from autograder.stop import STOPPED, Stop

QUIET_MS = 20  # without a change, before a save counts as finished
SETTLE_MS = 200  # at most, however busy the disk is
TICK = 0.5  # seconds in which Ctrl-C is heard everywhere


@dataclass(frozen=True)
class FilesSaved:
    """Files that were written."""

    files: frozenset[Path]


@dataclass(frozen=True)
class KeyPressed:
    """A key that was pressed."""

    char: str


class Watch:
    """The loop: saves, keys and results come in, checks and screens go out."""

    def __init__(self, folder: Path, course: Course, profile: str | None) -> None:
        self.folder = folder
        self.inode = folder.stat().st_ino
        self.course = course
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.runner = Runner(folder, course, profile, self.events.put)
        self.sources = Sources(folder)
        self.out = open_console()
        self.is_screen = self.out.is_terminal and not self.out.is_dumb_terminal
        self.parts = progress.list_begun(course, folder)
        self.affected = AffectedParts(self.parts, folder)
        self.view = View([_make_chapter(part, folder) for part in self.parts])
        self.snapshot: dict[str, bytes] = {}
        self.done: set[str] = set()
        self.run_number = 0
        self.start_time = 0.0
        self.before = 0  # checks of the run that stand without running
        self.pending: list[Batch] = []
        self.size = self.out.size  # of the terminal, when the screen was drawn

    def run_loop(self) -> int:
        """Watch until q or Ctrl-C."""
        over = threading.Event()
        files = threading.Thread(target=self._watch_files, args=(over,), daemon=True)
        try:
            with listen_for_keys(lambda char: self.events.put(KeyPressed(char))):
                self._start_first_run()
                self.runner.start()
                files.start()
                return self._handle_events()
        except KeyboardInterrupt:
            is_recorded = (self.folder / record.RECORD_NAME).is_file() and not self.view.notes
            print(file=sys.stderr)  # below the ^C
            message = "stopped; what you reached is kept" if is_recorded else "stopped"
            raise Stop(message, STOPPED) from None
        finally:
            over.set()
            self.runner.finish()

    def _watch_files(self, over: threading.Event) -> None:
        """Send an event for every save; runs in a thread of its own."""
        changes = watchfiles.watch(
            self.folder, watch_filter=is_source_file, step=QUIET_MS, debounce=SETTLE_MS,
            stop_event=over, rust_timeout=200, raise_interrupt=False,
        )  # fmt: skip
        try:
            for batch in changes:
                self.events.put(FilesSaved(frozenset(Path(path) for _, path in batch)))
        except Exception as problem:
            self.events.put(RunFault(0, f"files are no longer watched: {problem}; press r"))

    def _start_first_run(self) -> None:
        is_workspace = record.is_workspace(self.folder)
        saved = progress.read_progress(self.folder) if is_workspace else Record(1)
        self.done = completion.list_done(saved)
        done = {id for id, last in saved.last.items() if last.share == 1.0}
        current = next((part for part in self.parts if part.id not in done), self.parts[-1])
        self.view.current = current.id
        self.sources.find_changed(self.sources.list_files())
        self.sources.read_changes()
        self.affected.find_affected()
        self.affected.mark_seen(self.parts)
        upto = self.parts[: self.parts.index(current) + 1]
        self._start_run(upto, set())

    def _handle_events(self) -> int:
        while True:
            try:
                event = self.events.get(timeout=TICK)
            except queue.Empty:
                event = None
            self._require_folder()
            match event:
                case None:
                    self._follow_size()
                case FilesSaved(files):
                    self._on_save(files)
                case BatchResults():
                    self._on_results(event)
                case MistakesProven():
                    self._on_mistakes(event)
                case RunFault():
                    self._on_fault(event)
                case KeyPressed("q" | "\x03" | "\x04"):
                    return 0
                case KeyPressed(char):
                    self._on_key(char)

    def _require_folder(self) -> None:
        """End where the folder is gone: saves in one of the same name would not be seen."""
        if not self.folder.is_dir() or self.folder.stat().st_ino != self.inode:
            raise Stop(
                "{folder} was removed or replaced; start watch again in the new one",
                1,
                folder=self.folder,
            )

    # Events

    def _on_save(self, files: frozenset[Path]) -> None:
        changed = modules_of(self.sources.find_changed(files), self.folder)
        if changed:
            self.view.offer = ""
            self._run_affected(changed)

    def _run_affected(self, changed: set[str]) -> None:
        objects = self.sources.read_changes()
        chosen = self.affected.find_affected()
        changed = {
            module for part in chosen for module in changed & self.affected.reach.find_modules(part)
        }
        edited = [milestone for milestone in chosen if milestone.module in changed]
        if edited:
            self.view.current = edited[0].id
        chosen = [
            milestone for milestone in chosen if milestone in edited or self._has_started(milestone)
        ]
        if chosen:
            names = ", ".join(sorted(changed))
            self._start_run(chosen, objects, translate("{names} saved: ", names=names))

    def _has_started(self, milestone: Part) -> bool:
        """Whether a check found any of it: until then it need not run again."""
        results = [self.view.results.get(row.id) for row in self._check_rows(milestone)]
        return any(check and check.status not in ("missing", "blocked") for check in results)

    def _check_rows(self, milestone: Part) -> Sequence[CheckRow]:
        return next(chapter.rows for chapter in self.view.chapters if chapter.id == milestone.id)

    def _start_run(
        self, chosen: Sequence[Part], objects: set[str], reason: str = "", fresh: bool = False
    ) -> None:
        """Run all checks of `chosen`, and those that an interrupted run did not reach.

        Those that passed before on the same modules stand, unless all is to be `fresh`.
        """
        interrupted = {batch.milestone.id for batch in self.pending}
        chosen = [
            milestone
            for milestone in self.parts
            if milestone in chosen or milestone.id in interrupted
        ]
        self.affected.mark_seen(chosen)
        first = [self.view.open_check] if self.view.open_check else []
        self.pending = plan_batches(chosen, self.view.current, first, objects)
        self.start_time = time.monotonic()
        self.snapshot = versions.read_snapshot(self.folder, self.course)
        self.run_number = self.runner.run_batches(self.pending, fresh)
        self.before = 0
        count = sum(len(batch.ids) for batch in self.pending)
        ids = ", ".join(milestone.id for milestone in chosen)
        running = translate("{count} checks of {ids} run ...", count=count, ids=ids)
        self.view.status_line = f"{reason}{running}"
        self._draw_screen(final=False)

    def _on_results(self, event: BatchResults) -> None:
        if event.run != self.run_number:
            return  # of an older version
        self.view.results |= {result.id: result for result in event.results}
        self.before += event.before
        self.pending = self.pending[len(self.pending) - event.left :]
        self._choose_failure()
        if event.left == 0:
            self._finish_run()
        elif self.is_screen:
            self._draw_screen(final=False)

    def _on_mistakes(self, event: MistakesProven) -> None:
        """Show what was found in the background, unless it is of an older version."""
        if event.run == self.run_number:
            give_hints([*self.view.results.values()], event.hints)
            if self.is_screen:
                self._draw_screen(final=False)
            else:
                print_mistakes([self.view.results[id] for id in event.hints], self.out)

    def _finish_run(self) -> None:
        """Record the results, show them, and go on to the next milestone where one is done."""
        self._record_results()
        seconds = time.monotonic() - self.start_time
        undone = [chapter for chapter in self.view.chapters if not self.view.is_done(chapter)]
        is_done = self.view.is_done(self.view.chapter())
        if is_done:
            milestone = self.course.part(self.view.current)
            (lines,) = completion.lines_for_passed([milestone], self.course, self.folder, self.done)
            self.view.offer = "\n".join(lines)
            self.done.add(milestone.id)
        over = translate("all milestones are done: autograder report shows your work; ")
        ran = translate("ran in {seconds:.1f} s; waiting for a save", seconds=seconds)
        if self.before:
            ran = translate(
                "ran in {seconds:.1f} s, {count} as before; waiting for a save",
                seconds=seconds,
                count=self.before,
            )
        self.view.status_line = ran if undone else f"{over}{ran}"
        if is_done and undone:
            self.view.status_line = _describe_switch(self.view.current, undone[0].id)
        self._draw_screen(final=True)
        if is_done and undone:
            self._switch_chapter(undone[0])

    def _switch_chapter(self, chapter: Chapter) -> None:
        before, self.view.current = self.view.current, chapter.id
        self._choose_failure()
        if self.view.is_known(chapter):
            switch = _describe_switch(before, chapter.id)
            self.view.status_line = f"{switch}; {translate('waiting for a save')}"
            self._draw_screen(final=True)
        else:
            reason = translate("{id} is done: ", id=before)
            self._start_run([self.course.part(chapter.id)], set(), reason)

    def _on_fault(self, event: RunFault) -> None:
        if event.run in (0, self.run_number):
            fault = "the grader is at fault: {message}"
            self.view.status_line = translate(fault, message=event.message)
            self._draw_screen(final=True)

    def _choose_failure(self) -> None:
        failures = self.view.failures()
        if self.view.open_check not in failures:
            self._show_check(failures[0] if failures else "")

    def _show_check(self, id: str) -> None:
        self.view.open_check = id
        self.view.hints = {}

    def _record_results(self) -> None:
        """Add to the record what the last results prove."""
        scores: list[MilestoneScore] = []
        for chapter in self.view.chapters:
            ids = [row.id for row in chapter.rows if row.id in self.view.results]
            if ids:
                checks = [self.view.results[id] for id in ids]
                scores.append(score_milestone(chapter.id, chapter.title, checks))
        notes: list[str] = []
        if progress.record_milestones(self.folder, scores, self.parts, notes.append):
            self._keep_work(scores, notes)
        self.view.notes = notes

    def _keep_work(self, scores: Sequence[MilestoneScore], notes: list[str]) -> None:
        """Keep the files of this run, the current milestone's failures before all others."""
        current_first = sorted(scores, key=lambda score: score.id != self.view.current)
        progress.keep_work(self.folder, current_first, self.course, self.snapshot, notes.append)

    # Keys

    def _on_key(self, char: str) -> None:
        actions = {
            "n": self._show_next,
            "h": self._show_hint,
            "r": self._rerun_chapter,
            "l": self._turn_list,
        }
        action = actions.get(char.lower())
        if action:
            action()
            self._draw_screen(final=False)

    def _show_next(self) -> None:
        failures = self.view.failures()
        if failures:
            index = (
                failures.index(self.view.open_check) + 1 if self.view.open_check in failures else 0
            )
            self._show_check(failures[index % len(failures)])

    def _show_hint(self) -> None:
        if not self.course.shows_hints:
            self.view.status_line = "there are no hints in this course"
        if not self.view.open_check or not self.course.shows_hints:
            return
        level = min(len(self.view.hints) + 1, len(STEPS))
        self.view.hints = dict(hints_up_to(level, selection.find_check(self.view.open_check)))
        notes: list[str] = []
        progress.record_facts(
            self.folder, record.facts_of_hint(self.view.open_check, level), notes.append
        )
        self.view.notes = notes

    def _rerun_chapter(self) -> None:
        chapter = [self.course.part(self.view.current)]
        self._start_run(chapter, set(), translate("again: "), fresh=True)

    def _turn_list(self) -> None:
        turn_page(self.view, self.out, self.out.height - 1 if self.is_screen else 0)

    # The screen

    def _follow_size(self) -> None:
        """Draw the screen again where the terminal has another size by now."""
        if self.is_screen and self.out.size != self.size:
            self._draw_screen(final=False)

    def _draw_screen(self, final: bool) -> None:
        """Draw the screen again; without one, print the final state of a run."""
        self.size = self.out.size
        if self.is_screen:
            _paint_screen(self.view, self.out)
        elif final or has_keys():
            for line in render_lines(self.view, self.out):
                self.out.print(line, soft_wrap=True)
        else:
            self.out.print(self.view.status_line)
        sys.stdout.flush()


def _describe_switch(before: str, now: str) -> str:
    return translate("{before} is done, now {now}", before=before, now=now)


def _paint_screen(view: View, out: Console) -> None:
    """Draw over what is there; what is too long for the screen scrolls."""
    with out.capture() as capture:
        for line in render_lines(view, out, out.height - 1):
            out.print(line, no_wrap=line.no_wrap, overflow=line.overflow)
    text = capture.get().rstrip("\n").replace("\n", "\x1b[K\n")
    sys.stdout.write(f"\x1b[H\x1b[2J{text}\x1b[K\n")


def _make_chapter(milestone: Part, folder: Path) -> Chapter:
    tasks, guide = tasks_by_check([milestone]), handout_name(milestone, folder)
    listed = sort_by_task(list_checks(milestone.id, milestone.checks), tasks)
    rows = [CheckRow(check.id, check.title, check.points_for("public")) for check in listed]
    return Chapter(milestone.id, milestone.title, rows, tasks, guide)


def is_source_file(_: watchfiles.Change, path: str) -> bool:
    """Whether `path` is of a learner's work: a module or a notebook, and nothing hidden."""
    file = Path(path)
    hidden = any(part in JUNK for part in file.parts) or file.name.startswith(".")
    return file.suffix in SOURCES and not hidden
