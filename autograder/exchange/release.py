"""The student kit: a folder and a zip, and the search for what must not be in it."""

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from autograder import templates
from autograder.course import Part
from autograder.course.assignments import COMPARISON, PICTURES
from autograder.exchange import own_milestones
from autograder.files import write_atomically
from autograder.language.choice import language_of_others
from autograder.language.handouts import find_handout, is_handout
from autograder.stop import Refusal

NAME = "neural-network-from-scratch"
SOURCES = ("autograder", "assignments", "datasets")
KIT = (*SOURCES, "hatch_build.py", "pyproject.toml", "LICENSE", "README.md")
LEFT_OUT = ("__pycache__", "*.pyc")
INSTALLER = Path(__file__).with_name("install.py")
SHORTEST = 21  # characters of a line that says something
SHORTEST_SECRET = 6
IDIOMS = frozenset(  # lines of solutions that everybody writes
    {
        "for p in model.parameters():",
        "for module in modules:",
        "for parameter in self.parameters():",
        "for p in self.parameters:",
        "for _ in range(count):",
        "for _ in range(steps):",
        "for step in range(steps):",
        "for t in range(x.shape[1]):",
        "if not self.parameters:",
        "parameters = list(parameters)",
        "self.parameters = list(parameters)",
        'with np.errstate(divide="ignore"):',
        "optimizer.zero_grad()",
        "parameters = model.parameters()",
        "clip_grad_norm(parameters, 1.0)",
        "rng = np.random.default_rng(seed)",
    }
)
EPOCH = (2026, 1, 1, 0, 0, 0)  # the same content makes the same zip
# What a kit's README says better, and lines with a link: what they lead to is not in the kit.
FOR_CHECKOUTS = re.compile(r"^## Start\n.*?(?=^## )|^[^\n]*\]\([^\n]*\n", re.DOTALL | re.MULTILINE)


class ReleaseFailed(Refusal):
    """The kit could not be made, or holds what it must not; the sentence says what."""


@language_of_others()
def make_kit(checkout: Path, out: Path, parts: Sequence[Part], course: str) -> Path:
    """Write the kit's folder and its zip below `out`.

    Parameters
    ----------
    checkout : Path
        Where the kit's sources lie.
    out : Path
        Where the kit goes.
    parts : sequence of Part
        The milestones and units in use.
    course : str
        ``course.toml`` for students: without the secret.

    Raises
    ------
    ReleaseFailed
        When a kit is there already, or the wheel cannot be built.
    """
    folder = out / NAME
    if folder.exists():
        raise ReleaseFailed(
            "{folder} is there already; name another --out, or remove it", folder=folder
        )
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".release-") as place:
        kit = Path(place) / NAME
        for part in parts:
            if part.home:
                own_milestones.write_kit_files(part, Path(place))
        wheel = build_wheel(
            checkout, Path(place), kit / "kit", [part.package for part in parts], course
        )
        shutil.copyfile(checkout / "constraints.txt", kit / "kit" / "constraints.txt")
        shutil.copyfile(checkout / "LICENSE", kit / "LICENSE")
        shutil.copyfile(INSTALLER, kit / "kit" / INSTALLER.name)
        for part in parts:
            assignments = (Path(place) if part.home else checkout) / "assignments"
            _place(assignments / part.package, kit, part)
        notebook = (checkout / "assignments" / COMPARISON).read_bytes()
        write_atomically(kit / "extras" / COMPARISON, notebook)
        guide = templates.render("student_guide.md.j2", wheel=wheel, first=parts[0].package)
        write_atomically(kit / "README.md", f"{guide}\n".encode())
        guide = (checkout / "docs/students.md").read_text(encoding="utf-8")
        guide = FOR_CHECKOUTS.sub("", guide)
        write_atomically(kit / "handouts/students.md", guide.encode())
        workflow = kit / ".github/workflows/autograder.yml"
        write_atomically(workflow, templates.text("github_workflow.yml").encode())
        kit.rename(folder)
    return folder


def build_wheel(checkout: Path, place: Path, out: Path, milestones: list[str], course: str) -> str:
    """Build the wheel from a copy that holds only what students get; return its name.

    What lies in `place`, in folders of the kit's names, is added to the copy.
    """
    source = place / "source"
    ignore = shutil.ignore_patterns(*LEFT_OUT)
    for name in KIT:
        if (checkout / name).is_dir():
            shutil.copytree(checkout / name, source / name, ignore=ignore)
        else:
            shutil.copyfile(checkout / name, source / name)
    for name in SOURCES:  # of milestones of the course's own
        if (place / name).is_dir():
            shutil.copytree(place / name, source / name, dirs_exist_ok=True)
    for folder in (source / "assignments").iterdir():
        if folder.name not in (*milestones, Path(COMPARISON).parent.name):
            shutil.rmtree(folder)
    (source / "README.md").write_text("Build a neural network from scratch.\n", encoding="utf-8")
    (source / "autograder/course/course.toml").write_text(course, encoding="utf-8")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out.resolve())]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ReleaseFailed("the wheel cannot be built: {reason}", reason=reason)
    (wheel,) = out.glob("*.whl")
    return wheel.name


def _place(assignment: Path, kit: Path, part: Part) -> None:
    """Copy stub, notebook, handout with pictures, documents; extras do not lie in the way."""
    extra, shown = kit / "extras" / part.package, find_handout(assignment)
    homes = {shown.name: kit / "handouts" / f"{part.package}.md"}
    if not part.is_extra:
        homes |= {f"{part.module}.ipynb": kit / "notebooks" / f"{part.module}.ipynb"}
    for file in assignment.glob(f"{PICTURES}/*.svg"):
        write_atomically(kit / "handouts" / file.relative_to(assignment), file.read_bytes())
    files = [path for path in assignment.iterdir() if path.is_file()]
    for file in (path for path in files if path == shown or not is_handout(path.name)):
        beside = (extra if part.is_extra else kit / "work") / file.name
        write_atomically(homes.get(file.name, beside), file.read_bytes())


def pack_kit(folder: Path) -> Path:
    """Write the zip of `folder` beside it; the same content gives the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{folder.name}/{file.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, file.read_bytes())
    target = folder.with_name(f"{folder.name}.zip")
    write_atomically(target, data.getvalue())
    return target


def solution_lines(sources: Iterable[str]) -> set[str]:
    """Return the lines between the solution marks that are long enough to tell something."""
    bodies = [part.partition("### END")[0] for text in sources for part in _bodies(text)]
    lines = {line.strip() for body in bodies for line in body.splitlines()}
    return {line for line in lines if len(line) >= SHORTEST} - IDIOMS


def _bodies(text: str) -> list[str]:
    return text.split("### BEGIN SOLUTION")[1:]


def leaks(place: Path, texts: Iterable[str]) -> list[str]:
    """Return where one of `texts` stands in a file of `place`, archives unpacked.

    Parameters
    ----------
    place : Path
        A folder or a file.
    texts : iterable of str
        What must not be there, as it is or as JSON writes it.
    """
    wanted = {form: text for text in texts for form in _forms(text)}
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    return [
        f"{name}: {text!r}"
        for file in files
        if file.is_file()
        for name, data in _unpacked(file.relative_to(place.parent).as_posix(), file.read_bytes())
        for text in _found(wanted, name.encode() + b"\0" + data)
    ]


def _found(wanted: dict[bytes, str], data: bytes) -> list[str]:
    return sorted({text for form, text in wanted.items() if form in data})


def _forms(text: str) -> set[bytes]:
    quoted = json.dumps(text)[1:-1]
    return {text.encode(), text.encode("utf-16-le"), quoted.encode(), repr(text)[1:-1].encode()}


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and what is in it where it is an archive, to any depth."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield from _unpacked(f"{name}/{info.filename}", archive.read(info))
    elif data[:2] == b"\x1f\x8b":
        yield from _unpacked(f"{name}/unpacked", gzip.decompress(data))
