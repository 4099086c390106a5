"""The sum of an inbox: whatever lies there is a row, part of one, named in a note, or quiet."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import load_course
from autograder.intake import lone
from autograder.intake.find import Inbox, find_inbox
from autograder.intake.names import folder_name
from autograder.intake.submission import Unusable
from autograder.run.class_report import notes_on_inbox
from tests.unit.intake.hand_ins import MODULES, lay, notebook, solved, stub, tarred, zipped

MILESTONES = load_course().milestones
ENGINE, NN = solved("engine"), solved("nn")
QUIET = ("Thumbs.db", "desktop.ini", ".DS_Store", "._x.zip", "__MACOSX/", ".git/")
Maker = Callable[[Path, str], None]


def made(**files: bytes) -> Maker:
    """What makes these files of a name; ``{}`` in theirs is that name."""
    return lambda place, name: lay(place, {k.format(name): v for k, v in files.items()}) and None


def link(place: Path, name: str) -> None:
    (place / name).symlink_to("elsewhere")


def pipe(place: Path, name: str) -> None:
    os.mkfifo(place / f"{name}.pipe")  # a name of its own: who writes into a pipe waits


MAKERS: dict[str, Maker] = {
    "folder": made(**{"{}/engine.py": ENGINE, "{}/nn.py": NN}),
    "deep folder": made(**{"{}/hw/work/engine.py": ENGINE}),
    "kit": made(**{"{}/work/engine.py": stub("engine"), "{}/notebooks/engine.ipynb": b"{}"}),
    "empty folder": made(**{"{}/": b""}),
    "moodle": made(**{"{}_12_assignsubmission_file_/w.zip": zipped({"engine.py": ENGINE})}),
    "moodle text": made(**{"{}_12_assignsubmission_onlinetext_/o.html": b"<p>"}),
    "canvas": made(**{"{}_34_56_engine.py": ENGINE, "{}_34_57_nn-1.py": NN}),
    "canvas text": made(**{"{}_34_text.html": b"<p>"}),
    "canvas report": made(**{"{}_34_58_report.pdf": b"%PDF"}),
    "by hand": made(**{"{}_engine.py": ENGINE, "{}_nn.py": NN}),
    "module": made(**{"engine.py": ENGINE}),
    "second module": made(**{"nn.ipynb": notebook(NN)}),
    "numbered": made(**{"engine (1).py": ENGINE}),
    "lone": made(**{"{}.py": ENGINE}),
    "lone notebook": made(**{"{}.IPYNB": notebook(NN)}),
    "zip": made(**{"{}.zip": zipped({"engine.py": ENGINE})}),
    "tar": made(**{"{}.tar.gz": tarred({"a/engine.py": ENGINE})}),
    "rar": made(**{"{}.rar": b"Rar!"}),
    "broken zip": made(**{"{}.zip": b"PK\x03\x04"}),
    "bare": made(**{"{}": zipped({"engine.py": ENGINE})}),
    "text": made(**{"{}.py.txt": ENGINE}),
    "prose": made(**{"{}.txt": b"words"}),
    "page": made(**{"{}.html": b"<html>"}),
    "nothing": made(**{"{}.docx": b""}),
    "part": made(**{"{}.zip.part": b"PK\x03\x04"}),
    "folder of another name": made(**{"{}/homework.ipynb": notebook(ENGINE)}),
    "zip of another name": made(**{"{}.zip": zipped({"my_engine.py": ENGINE})}),
    "named for a module": made(**{"{}_nn.py": NN}),
    "scores": made(**{"{}/grades.csv": b"", "{}/index.html": b"", "{}/ada/score.json": b"{}"}),
    "venv": made(**{"venv/lib/engine.py": ENGINE}),
    "cache": made(**{"__pycache__/": b""}),
    "gradescope": made(**{"{}/submission_metadata.yml": b"", "{}/submission_1/engine.py": ENGINE}),
    "gradescope here": made(**{"submission_metadata.yml": b"", "submission_1/engine.py": ENGINE}),
    "class": made(**{f"{{}}/{who}/engine.py": ENGINE for who in ("amy", "ben", "cat")}),
    "link": link,
    "pipe": pipe,
    **{f"quiet {name}": made(**{name: b"x"}) for name in QUIET},
}
NAMES = (
    "ada",
    "Bob B",
    "cleo.k",
    "dé",
    "de\u0301",
    "e_1_2",
    "work",
    "final",
    "f\ng",
    "(1)",
    "ada ",
)
STATES = ("work", "final", "f\ng")  # of the work of one person, and letters, which name nobody
WORKS = {  # of a person, whatever lies beside it
    "folder", "by hand", "lone", "zip", "tar", "bare", "text",
    "gradescope", "class", "folder of another name", "zip of another name", "named for a module",
}  # fmt: skip
things = st.lists(
    st.tuples(st.sampled_from(sorted(MAKERS)), st.sampled_from(NAMES)), min_size=1, max_size=9
)


def places(child: Path, found: Inbox, inbox: Path) -> list[str]:
    """The places that one thing in the inbox ends in."""
    inside = [entry.path for entry in found.entries if child in entry.path.parents]
    is_quiet = child.name in found.quiet
    is_whole = any(entry.path == inbox for entry in found.entries) and not is_quiet
    is_row = is_whole or any(child in entry.paths for entry in found.entries)
    return [
        place
        for place, is_there in {
            "row": is_row,
            "export": bool(inside) and any(child.name in note for note in found.notes),
            "note": child.name in found.left_out,
            "quiet": is_quiet,
        }.items()
        if is_there
    ]


@settings(deadline=None, max_examples=200, derandomize=True)
@given(things)
def test_everything_ends_in_exactly_one_place(drawn: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "in"
        inbox.mkdir()
        laid = []
        for kind, name in drawn:
            with suppress(OSError):  # another thing has that name
                MAKERS[kind](inbox, name)
                laid.append((kind, name))
        try:
            found = find_inbox(inbox, MODULES)
        except Unusable as problem:
            told = str(problem)
            names = [*NAMES, "engine", "amy", "venv", "holds no submission"]
            assert any(repr(name)[1:-1] in told for name in names)
            return
        for child in inbox.iterdir():
            assert len(places(child, found, inbox)) == 1, child.name
        is_whole = [entry.path for entry in found.entries] == [inbox]
        if is_whole and any(kind == "module" for kind, _ in laid):  # the same that others hold
            assert not [name for kind, name in laid if kind in WORKS and name not in STATES]
        entries = lone.assign_modules(found.entries, MILESTONES, MILESTONES)
        told = "\n".join(line for lines in notes_on_inbox(found, entries) for line in lines)
        assert all(repr(name)[1:-1] in told for name in found.left_out)
        rows = [entry.name for entry in entries]
        assert len({folder_name(name) for name in rows}) == len(rows)
        taken = [path for entry in entries for path in entry.paths]
        assert len({*taken}) == len(taken)


def test_the_makers_cover_all_places(tmp_path: Path) -> None:
    seen = set()
    for number, kind in enumerate(MAKERS):
        inbox = lay(tmp_path / str(number), {"zoe/engine.py": ENGINE, "yan/engine.py": ENGINE})
        MAKERS[kind](inbox, "ada")
        found = find_inbox(inbox, MODULES)
        seen |= {place for child in inbox.iterdir() for place in places(child, found, inbox)}
    assert seen == {"row", "export", "note", "quiet"}
