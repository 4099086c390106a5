"""``autograder check`` as another process, followed while it runs."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from autograder.judge.news import News, read_news
from autograder.score import Score, read_score
from autograder.stop import Stop

PAUSE = 0.1  # seconds between two looks at the news
Tell = Callable[[News, bool], None]  # how far it has got, and whether all verdicts are there


def judge_elsewhere(ids: Sequence[str], work: Path, folder: Path, tell: Tell) -> Score:
    """Run ``autograder check`` on `work`; nothing of the folder it runs in can be imported.

    Parameters
    ----------
    ids : sequence of str
        What to check.
    work : Path
        The learner's files.
    folder : Path
        An empty one, for the score and the news.
    tell : callable
        Called when there is something new. An interrupt in the search for mistakes ends that
        alone.
    """
    file, news = folder / "score.json", folder / "news"
    command = [sys.executable, "-P", "-m", "autograder", "check", *ids]
    command += ["--submission", str(work), "--json", str(file), "--news", str(news)]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        try:
            _follow(process, news, file, tell)
        except KeyboardInterrupt:
            if not file.is_file():
                raise
        finally:
            process.kill()
            process.wait()
        if not file.is_file():
            raise Stop(_read_reason(errors), process.returncode)
    return read_score(file)


def _follow(process: "subprocess.Popen[bytes]", news: Path, score: Path, tell: Tell) -> None:
    last = None
    while True:
        is_over = process.poll() is not None  # asked first: what it wrote before is read
        latest = read_news(news), score.is_file()
        if latest != last:
            tell(*latest)
            last = latest
        if is_over:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(PAUSE)


def _read_reason(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
    return lines[-1].removeprefix("autograder: ")
