"""The hash that identifies a piece of work."""

import hashlib
from collections.abc import Sequence
from pathlib import Path


def hash_files(folder: Path, files: Sequence[str]) -> str:
    """Return the hash over names and contents of `files`, relative names below `folder`."""
    digest = hashlib.sha256()
    for file in files:
        data = (folder / file).read_bytes()
        digest.update(f"{file}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
