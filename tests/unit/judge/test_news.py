"""The news of a run of checks: what two judges write to one file, and how it is read."""

from pathlib import Path

from autograder.judge.news import News, append_news, read_news


def test_a_check_runs_until_it_has_ended(tmp_path: Path) -> None:
    file = tmp_path / "news"
    assert read_news(file) == News(0, {}, [])
    for line in ("expected 3", "running m1.add", "running m1.mul", "failed m1.add"):
        append_news(str(file), *line.split())
    assert read_news(file) == News(3, {"m1.add": "failed"}, ["m1.mul"])
    for line in ("running m1.add", "passed m1.mul", "running m1.pow"):  # add runs once more
        append_news(str(file), *line.split())
    news = read_news(file)
    assert news == News(3, {"m1.add": "failed", "m1.mul": "passed"}, ["m1.pow"])
    assert news.count_wrong() == 1
