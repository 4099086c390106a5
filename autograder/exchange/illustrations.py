"""The pictures that a handout shows, and the same inside a notebook.

A handout names a picture by a path beside it; a notebook may lie anywhere, so it holds its own.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.course.assignments import PICTURES

SHOWN = re.compile(rf"!\[([^\]]+)\]\(({PICTURES}/[\w-]+\.svg)\)")
MIME = "image/svg+xml"


@dataclass(frozen=True)
class Picture:
    """A picture of a handout.

    Attributes
    ----------
    path : str
        Where it lies, from the handout's own folder.
    alternative : str
        What it shows, for those who do not see it.
    svg : str
        The picture itself.
    """

    path: str
    alternative: str
    svg: str


def list_pictures(folder: Path) -> list[Picture]:
    """Return what the handout in `folder` shows, in order; none where there is no handout."""
    handout = folder / "README.md"
    text = handout.read_text(encoding="utf-8") if handout.is_file() else ""
    return [
        Picture(path, " ".join(words.split()), (folder / path).read_text(encoding="utf-8"))
        for words, path in SHOWN.findall(text)
    ]


def attach_pictures(cell: NotebookNode, pictures: Sequence[Picture]) -> None:
    """Show `pictures` below the text of a cell of Markdown, which holds them from then on."""
    for picture in pictures:
        name = Path(picture.path).name
        cell["source"] += f"\n\n![{picture.alternative}](attachment:{name})"
        data = base64.b64encode(picture.svg.encode()).decode()
        cell.setdefault("attachments", {})[name] = {MIME: data}
