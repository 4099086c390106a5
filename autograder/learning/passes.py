"""What passed before, kept beside the record: where nothing changed it need not run again.

A pass is kept under the hash of all that decides it: the modules that the check can reach, the kit
with all its checks, Python, NumPy, the isolation and the settings. `grade` never reads it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.course import Part
from autograder.files import explain_os_error, lock_folder, write_atomically
from autograder.intake.rules import KEPT_FOLDER
from autograder.intake.submission import Submission
from autograder.judge.settings import Settings
from autograder.judge.spec import list_checks
from autograder.learning.progress import make_kept_folder
from autograder.learning.reach import Reach
from autograder.reports import record
from autograder.run.earlier import NO_PASSES, EarlierPasses
from autograder.run.grade import local_environment
from autograder.run.kit import kit_sha256
from autograder.score import CheckResult, Measurement, encode_json

FILE = "passes.json"
VERSION = 1
Warn = Callable[[str], None]
Keys = Mapping[str, str]  # of checks: the hash of all that decides how each ends


class Pass(msgspec.Struct, frozen=True):
    """A check that passed: under which key, and what was measured."""

    key: str
    measurements: dict[str, Measurement] = {}


Passes = dict[str, Pass]


class PassFile(msgspec.Struct, frozen=True):
    """The content of the file; `sha256` tells whether somebody changed it."""

    version: int
    sha256: str
    passes: Passes


@dataclass(frozen=True)
class PassStore:
    """The passes that are kept in a learner's folder; none where that is no workspace.

    Attributes
    ----------
    folder : Path
        The learner's.
    warn : callable
        Gets at most one line where the file cannot be used.
    is_fresh : bool
        Whether all checks are to run: what is there is not read, and written anew.
    """

    folder: Path
    warn: Warn
    is_fresh: bool = False

    @property
    def file(self) -> Path:
        """Where they lie."""
        return self.folder / KEPT_FOLDER / FILE

    def find_earlier(self, keys: Keys) -> EarlierPasses:
        """Return what was measured by the checks that passed under these `keys`."""
        if self.is_fresh or not record.is_workspace(self.folder):
            return NO_PASSES
        passes = self._read_passes()
        return {
            id: passes[id].measurements
            for id, key in keys.items()
            if id in passes and passes[id].key == key
        }

    def keep_passes(self, keys: Keys, results: Iterable[CheckResult]) -> None:
        """Keep those of `results` that passed, in the place of what was kept of these checks."""
        ran = {result.id: result for result in results if result.id in keys}
        if not record.is_workspace(self.folder) or not ran:
            return
        passed = {
            id: Pass(keys[id], result.measurements)
            for id, result in ran.items()
            if result.status == "passed"
        }
        try:
            make_kept_folder(self.folder)
            with lock_folder(self.file.parent):
                before = read_passes(self.file) or {}
                passes = {id: one for id, one in before.items() if id not in ran} | passed
                if passes != before:
                    write_atomically(self.file, encode_passes(passes))
        except OSError as problem:
            self.warn(f"what passed is not remembered: {self.file}: {explain_os_error(problem)}")

    def _read_passes(self) -> Passes:
        passes = read_passes(self.file)
        if passes is None:
            self.warn(f"{self.file} is damaged, of another kit or was edited: all checks run")
        return passes or {}


def make_keys(work: Submission, parts: Sequence[Part], settings: Settings) -> Keys:
    """Return the key of every check of `parts` on the copy in `work`."""
    shared = [
        kit_sha256(),
        local_environment(settings.isolation),
        [settings.seed, settings.profile],
        [settings.memory_mb, settings.seconds, settings.run_seconds],
        settings.thresholds,
    ]
    reach = Reach(work.folder)
    keys: dict[str, str] = {}
    for part in parts:
        own = [part.id, part.module, part.folder, part.own_sha256]
        deciding = [*shared, *own, reach.hash_modules(part)]
        key = hashlib.sha256(msgspec.json.encode(deciding)).hexdigest()
        keys |= {listed.id: key for listed in list_checks(part.id, part.checks)}
    return keys


def read_passes(file: Path) -> Passes | None:
    """Return what is kept in `file`, nothing where there is none; None where it is unusable."""
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=PassFile)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    is_whole = kept.version == VERSION and kept.sha256 == _hash_passes(kept.passes)
    return kept.passes if is_whole else None


def encode_passes(passes: Passes) -> bytes:
    """Return the content of the file."""
    read = msgspec.json.decode(msgspec.json.encode(passes), type=Passes)  # 3 is read as 3.0
    return encode_json(msgspec.to_builtins(PassFile(VERSION, _hash_passes(read), read)))


def _hash_passes(passes: Passes) -> str:
    return hashlib.sha256(msgspec.json.encode([VERSION, passes], order="sorted")).hexdigest()
