"""Which entries of a class begin first."""

from pathlib import Path

from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.run.longest import MOST_NAMES, sort_longest_first


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_what_may_train_longest_comes_first(tmp_path: Path, course: Course) -> None:
    write(tmp_path / "scalar" / "engine.py")
    write(tmp_path / "network" / "src" / "training.ipynb")
    write(tmp_path / "all" / "gpt.py")
    write(tmp_path / "all" / "conv.py")
    (tmp_path / "nothing").mkdir()
    for number in range(MOST_NAMES):
        write(tmp_path / "nothing" / f"{number}.txt")
    names = ["nothing", "scalar", "network", "all"]
    entries = [Entry(name, tmp_path / name) for name in names]
    entries.append(Entry("packed", write(tmp_path / "packed.zip")))
    entries.append(Entry("alone", write(tmp_path / "homework.py"), module="engine"))
    ordered = [entry.name for entry in sort_longest_first(entries, course.milestones)]
    assert ordered[:3] == ["packed", "all", "network"]
    assert ordered[3:5] == ["scalar", "alone"]
    first = sort_longest_first(entries, course.milestones[:1])
    assert [entry.name for entry in first][:3] == ["scalar", "packed", "alone"]
