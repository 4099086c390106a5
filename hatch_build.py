"""README for a package index: links that are relative in the repository lead to it from there.

An old Python is refused before all else: pip itself says so only after it has fetched everything.
"""

import re
import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r'(?P<before>\]\(|\bsrc=")(?P<path>(?![a-z]+:|#)[^)"\s]+)')
PICTURES = (".svg", ".png")


def absolute(readme: str, repository: str) -> str:
    """Return `readme` with every relative link as one to the main branch of `repository`."""

    def moved(link: re.Match[str]) -> str:
        path = link["path"]
        view = "raw" if path.endswith(PICTURES) else "blob"
        return f"{link['before']}{repository}/{view}/main/{path}"

    return LINK.sub(moved, readme)


def require_python() -> None:
    """End in one line where Python is older than `requires-python` in pyproject.toml says."""
    if sys.version_info < (3, 11):  # noqa: UP036
        old = "{}.{}".format(*sys.version_info[:2])
        sys.exit(
            f"Python 3.11 or newer is needed, and this is Python {old}: make the environment with "
            "another one, such as python3.12 -m venv .venv"
        )


class Readme(MetadataHookInterface):
    """Fills in the long description."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme` from README.md and the address in ``project.urls``."""
        require_python()
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = absolute(readme, metadata["urls"]["Source"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
