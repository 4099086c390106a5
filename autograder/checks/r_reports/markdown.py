"""Markdown, as much of it as the judge reads: headings and fenced blocks. Nothing is rendered."""

import re
from dataclasses import dataclass

from autograder.numerics.equations import Line
from autograder.numerics.failure import WrongAnswer

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([\w-]*)\s*$")
HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MOST_LINES = 5000


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind (``toml``), and its lines with their numbers in the document."""

    kind: str
    lines: list[Line]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Page:
    """A document: its fenced blocks, and the prose below each heading, by it in small letters."""

    blocks: list[Block]
    sections: dict[str, str]

    def find_blocks(self, *kinds: str) -> list[Block]:
        """Return the blocks of these kinds, in order."""
        return [block for block in self.blocks if block.kind in kinds]


def read_page(text: str, name: str) -> Page:
    """Return what the judge reads of a document, or fail with the line that it cannot read."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise WrongAnswer(f"{name} has more than {MOST_LINES} lines; a document is a few pages")
    blocks: list[Block] = []
    sections: dict[str, list[str]] = {}
    body: list[str] = []
    fence, start = "", 0
    for number, line in enumerate(lines, start=1):
        match = FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not match[2]:
                fence = ""
            else:
                blocks[-1].lines.append(Line(number, line))
        elif match:
            fence, start = match[1], number
            blocks.append(Block(match[2].lower(), []))
        elif heading := HEADING.match(line):
            body = sections.setdefault(heading[1].casefold(), [])
        else:
            body.append(line)
    if fence:
        raise WrongAnswer(f"{name}, line {start}: the block that begins here is never closed")
    return Page(blocks, {title: _join_prose(part) for title, part in sections.items()})


def _join_prose(lines: list[str]) -> str:
    """Return what a reader sees of a section: comments are no prose."""
    return COMMENT.sub("", "\n".join(lines)).strip()
