"""What `export` reads in the folder that `grade` wrote."""

from pathlib import Path

from autograder.exchange.grades import find_unusual
from autograder.intake.names import folder_name
from autograder.score import UnusualUse, encode_json


def test_what_is_unusual_is_read_from_the_reports(tmp_path: Path) -> None:
    use = UnusualUse("engine.py, line 3", "looks into frames", "a question lies there")
    reports = {"ada": {"key": "k", "unusual": [use]}, "=old": {"key": "k"}, "half": "{"}
    for name, report in reports.items():
        folder = tmp_path / folder_name(name)
        folder.mkdir()
        (folder / "report.json").write_bytes(encode_json(report))
    assert find_unusual(tmp_path, [*reports, "gone"]) == {"ada": (use,), "=old": ()}
