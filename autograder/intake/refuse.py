"""The modules that may not or cannot run, with the reason; found without running them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from autograder.intake.documents import list_documents
from autograder.intake.rules import FREE_IMPORTS, SOURCES
from autograder.intake.submission import Submission

IMPORT_RULE = (
    "only the standard library, NumPy and your own files may be imported (what you draw or try "
    "out with others may stand, import and all, under if __name__ == '__main__':)"
)
ALIKE = 0.8  # of 1, two names of which one is meant by the other
PACKAGE_RULE = (
    "the modules are graded side by side, without the folder {0}: write from engine import ..., "
    "not from {0}.engine import ..."
)
Imports = Mapping[str, Collection[str] | str]  # of each file, by stem; or why it cannot be read


def bar_modules(submission: Submission, read_imports: Callable[[Path], Imports]) -> Submission:
    """Return `submission` with the reasons why modules of it may not or cannot run.

    Parameters
    ----------
    submission : Submission
        One whose imports nobody has read; another is returned as it is.
    read_imports : callable
        Returns what the files in a folder import. They are hostile text: it asks a worker.
    """
    if submission.unread is None:
        return submission
    modules, damaged = submission.unread.modules, submission.unread.damaged
    folder, read = submission.folder, read_imports(submission.folder)
    imports = {stem: () if isinstance(found, str) else found for stem, found in read.items()}
    unreadable = {stem: found for stem, found in read.items() if isinstance(found, str)}
    return replace(
        submission,
        refused=find_refused(folder, modules, damaged, imports, _list_folders(submission.paths))
        | {name: unreadable[name] for name in modules if name in unreadable},
        blocked=find_blocked(folder, modules, damaged, imports),
        unread=None,
    )


def find_refused(
    folder: Path,
    modules: Sequence[str],
    damaged: Mapping[str, str],
    imports: Mapping[str, Collection[str]],
    packages: Collection[str] = (),
) -> dict[str, str]:
    """Return the modules in `folder` that may not run, each with the sentence that says why.

    Parameters
    ----------
    folder : Path
        Holds the submission.
    modules : sequence of str
        The modules of the course: one that is lacking is no forbidden import.
    damaged : mapping
        Path in `folder` to the reason why that notebook cannot be read.
    imports : mapping
        What each Python file in `folder` imports, by its stem.
    packages : collection of str
        The folders that files lay in as they were handed in.
    """
    allowed = FREE_IMPORTS | _list_stems(folder) | {*modules}
    reasons = {
        module: _find_reason(folder, module, allowed, damaged, imports, packages)
        for module in modules
    }
    return {module: reason for module, reason in reasons.items() if reason}


def find_blocked(
    folder: Path,
    modules: Sequence[str],
    damaged: Mapping[str, str],
    imports: Mapping[str, Collection[str]],
) -> dict[str, str]:
    """Return the modules that need one that is not there, each with the sentence for it."""
    broken = {name.removesuffix(".ipynb") for name in damaged}
    absent = {*modules} - _list_stems(folder) - {*imports}
    lacking = {
        **{module: f"{module}.py was not handed in" for module in absent},
        **{name: f"{name}.ipynb cannot be graded" for name in broken - {*imports}},
    }
    blocked: dict[str, str] = {}
    for module in modules:
        for file in _find_needed(module, imports):
            if needed := sorted({*imports[file]} & lacking.keys()):
                blocked.setdefault(module, f"{lacking[needed[0]]}, {file}.py needs it")
    return blocked


def _list_stems(folder: Path) -> set[str]:
    """Return the names by which files and folders may be imported; no document is."""
    beside = list_documents()
    return {path.stem for path in folder.iterdir() if path.name not in beside}


def _find_needed(module: str, imports: Mapping[str, Collection[str]]) -> list[str]:
    """Return the files that `module` imports, and those that they import, itself first."""
    needed = [module] if module in imports else []
    for file in needed:
        needed += [name for name in sorted(imports[file]) if name in imports.keys() - {*needed}]
    return needed


def _find_reason(
    folder: Path,
    module: str,
    allowed: Collection[str],
    damaged: Mapping[str, str],
    imports: Mapping[str, Collection[str]],
    packages: Collection[str],
) -> str:
    file, notebook = (folder / f"{module}{suffix}" for suffix in SOURCES)
    if file.is_file():
        return _check_imports(file, allowed, imports.get(module, ()), packages)
    problem = damaged.get(notebook.name)
    return f"{notebook.name} cannot be graded: {problem}" if problem else ""


def _check_imports(
    file: Path, allowed: Collection[str], imported: Collection[str], packages: Collection[str]
) -> str:
    bad = sorted({*imported} - {*allowed})
    if own := [name for name in bad if name in packages]:
        return f"{file.name} imports {', '.join(own)}; {PACKAGE_RULE.format(own[0])}"
    meant = get_close_matches(bad[0], {*allowed} - FREE_IMPORTS, cutoff=ALIKE) if bad else []
    if meant:
        return f"{file.name} imports {bad[0]}: is {meant[0]} meant?"
    return f"{file.name} imports {', '.join(bad)}; {IMPORT_RULE}" if bad else ""


def _list_folders(paths: Collection[str]) -> set[str]:
    """Return the names of the folders that lead to `paths`."""
    return {part for path in paths for part in PurePosixPath(path).parts[:-1]}
