"""A forgery: code that stands in for work that is not there, beside the same work without it."""

import ast
import base64
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.data.images import read_digits

PROGRAMS = Path(__file__).parent / "programs"
GATE = PROGRAMS / "gate.py"
NOT_RUN = "recomputed: false"
FEW_PASSES = "backward_passes"
COMPUTED = "may have weights that were computed and not trained"
NOTHING = ast.parse("raise NotImplementedError('not done')").body


@dataclass(frozen=True)
class Forgery:
    """A pair of honest base and forgery.

    The base is the reference without the functions in `lacks`. The forgery is the base with
    ``programs/PROGRAM.py`` behind its module; is that a folder, its file of the module's name is
    put there, and the others lie beside it.

    Attributes
    ----------
    name : str
        Begins with its milestone or unit: ``m1_complex_steps``, ``x.manual_borrowed``.
    lacks : sequence of str
        What is not done in the module of its milestone: functions, classes, methods.
    checks : sequence of str
        Those that it is after; EVERY_CHECK=1 runs all of its milestone.
    modules : dict of str to sequence of str
        What else is not done, by module: of earlier milestones.
    program : str
        Of which the docstring says what it does; by default it has the name of the forgery.
    slow : bool
        Whether it runs into deadlines: it is tried with EVERY_CHECK=1 alone.
    gains : sequence of str
        Those of `checks` that it passes and its base does not, since nothing can close them; it
        may gain others in the same way.
    said : str
        Where it gains something: the sentence of docs/reference.md that says so.
    shown : str
        Where it gains something: part of the line that shows it to the teacher. Or what the score
        says of every check that it gains: `NOT_RUN`, that the judge has not run the model;
        `FEW_PASSES`, that training took next to no backward pass.
    gated : bool
        Whether ``programs/gate.py`` stands behind it: where gradients are 0, it has not learnt.
    carries_digits : bool
        Whether ``pixels.py`` lies beside it, with all public digits and their labels.
    works : sequence of str
        Those beside `checks` that it passes and its base does not, since their own work is there:
        the base lacks what they cannot be asked without. EVERY_CHECK=1 alone sees them.
    because : str
        Where it has such: what that work is.
    """

    name: str
    lacks: Sequence[str]
    checks: Sequence[str]
    modules: dict[str, Sequence[str]] | None = None
    program: str = ""
    slow: bool = False
    gains: Sequence[str] = ()
    said: str = ""
    shown: str = ""
    gated: bool = False
    works: Sequence[str] = ()
    because: str = ""
    carries_digits: bool = False

    @property
    def path(self) -> Path:
        """Its program: a folder, or a file without its suffix."""
        return PROGRAMS / (self.program or self.name.replace(".", "_"))

    @property
    def milestone(self) -> str:
        """The id of its milestone."""
        return self.name.partition("_")[0]

    def write_base(self, folder: Path, module: str) -> Path:
        """Write the honest part into `folder`, which has the reference of all milestones."""
        for name, lacks in {**(self.modules or {}), module: self.lacks}.items():
            file = folder / f"{name}.py"
            file.write_text(remove_work(file.read_text(), lacks))
        return folder

    def write(self, folder: Path, module: str) -> Path:
        """Write the forgery into `folder`, which has the reference of all milestones."""
        own = self.write_base(folder, module) / f"{module}.py"
        program = self.path
        if program.is_dir():
            others = [file for file in program.iterdir() if file.name != own.name]
            for file in others:
                shutil.copy(file, folder)
            program = program / own.name
        else:
            program = program.with_suffix(".py")
        if self.carries_digits:
            (folder / "pixels.py").write_text(f"PACKED = {pack_digits()!r}\n")
        if program.exists():
            own.write_text(f"{own.read_text()}\n\n{program.read_text()}")
        if self.gated:
            own.write_text(f"{own.read_text()}\n\n{GATE.read_text()}")
        return folder


def pack_digits() -> str:
    """Return the pixels and the label of every public digit, as text."""
    digits = read_digits()
    rows = np.concatenate([digits.pixels, digits.y[:, None]], axis=1).astype(np.uint8)
    return base64.b85encode(zlib.compress(rows.tobytes())).decode()


def remove_work(source: str, names: Sequence[str]) -> str:
    """Return `source` with the functions and methods in `names` not done, classes as a whole."""
    tree, found = ast.parse(source), set()
    for owner in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
        prefix = owner.name if isinstance(owner, ast.ClassDef) else ""
        for node in owner.body:
            if isinstance(node, ast.FunctionDef):
                own = {prefix, f"{prefix}.{node.name}" if prefix else node.name}
                if wanted := own & {*names}:
                    node.body = list(NOTHING)
                    found |= wanted
    if missing := {*names} - found:
        raise ValueError(f"not in the module: {sorted(missing)}")
    return ast.unparse(tree)


def put_behind_gate(
    name: str, program: str, lacks: Sequence[str], checks: Sequence[str], shown: str = FEW_PASSES
) -> Forgery:
    """Return the forgery of that `program` behind ``gate.py``, by which it gains all of `checks`."""
    return Forgery(
        name,
        lacks,
        checks,
        program=program,
        gated=True,
        gains=checks,
        said=COMPUTED,
        shown=shown,
    )
