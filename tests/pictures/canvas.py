"""A small SVG with colours of its own for light and dark: text, boxes, lines, grids of numbers."""

import html
from collections.abc import Sequence

WIDTH = 460  # at 390 pixels a text of 15 is still one of 12
STYLE = """\
text { font: 15px ui-sans-serif, system-ui, "Segoe UI", Arial, sans-serif; fill: #1d2733 }
.paper { fill: #fbfaf7 } .soft { fill: #4a5763 } .small { font-size: 14px } .bold { font-weight: 600 }
.data { fill: #11578f } .grad { fill: #9c3400 } .middle { text-anchor: middle } .end { text-anchor: end }
.box { fill: #ffffff; stroke: #76838f } .shade { fill: #e3e8ec; stroke: #76838f }
.hot { fill: #ffe7b8; stroke: #a86400; stroke-width: 2 } .line { fill: none; stroke: #76838f; stroke-width: 1.5 }
.back { fill: none; stroke: #b8480a; stroke-width: 1.5 } .first { fill: none; stroke: #11578f; stroke-width: 2 }
.other { fill: none; stroke: #b8480a; stroke-width: 2; stroke-dasharray: 6 4 }
.tip { fill: #76838f } .tipback { fill: #b8480a }
@media (prefers-color-scheme: dark) {
text { fill: #e8edf2 } .paper { fill: #161b22 } .soft { fill: #aeb9c4 } .data { fill: #86c5ff } .grad { fill: #ffa873 }
.box { fill: #232b35; stroke: #8b98a5 } .shade { fill: #36414d; stroke: #8b98a5 } .hot { fill: #5b430f; stroke: #f2b84b }
.line { stroke: #8b98a5 } .back, .other { stroke: #ff9a5c } .first { stroke: #86c5ff } .tip { fill: #8b98a5 } .tipback { fill: #ff9a5c }
}"""

Point = tuple[float, float]


class Canvas:
    """Collects elements, and writes them as one SVG with a title and a description."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.elements: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "") -> None:
        """Put `words` with their base line at (x, y)."""
        self.elements.append(f'<text x="{x:g}" y="{y:g}"{_class(kind)}>{html.escape(words)}</text>')

    def box(self, x: float, y: float, width: float, height: float, kind: str = "box") -> None:
        """Draw a rectangle with round corners."""
        size = f'width="{width:g}" height="{height:g}"'
        self.elements.append(f'<rect x="{x:g}" y="{y:g}" {size} rx="5"{_class(kind)}/>')

    def circle(self, centre: Point, radius: float, kind: str = "box") -> None:
        """Draw a circle."""
        x, y = centre
        self.elements.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"{_class(kind)}/>')

    def curve(self, points: Sequence[Point], kind: str = "line") -> None:
        """Draw straight lines through `points`."""
        path = "L".join(f"{x:g} {y:g}" for x, y in points)
        self.elements.append(f'<path d="M{path}"{_class(kind)}/>')

    def arrow(self, start: Point, end: Point, kind: str = "line") -> None:
        """Draw a line that ends in a tip."""
        (x1, y1), (x2, y2) = start, end
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        along = (x2 - x1) / length, (y2 - y1) / length
        foot = x2 - 9 * along[0], y2 - 9 * along[1]
        sides = [(foot[0] - s * along[1], foot[1] + s * along[0]) for s in (4.5, -4.5)]
        self.curve([start, foot], kind)
        corners = " ".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in [end, *sides])
        tip = "tipback" if kind == "back" else "tip"
        self.elements.append(f'<polygon points="{corners}" class="{tip}"/>')

    def grid(
        self,
        corner: Point,
        rows: Sequence[Sequence[str]],
        cell: Point = (44, 30),
        hot: Sequence[Point] = (),
        kind: str = "",
    ) -> None:
        """Draw a matrix, cell by cell; the (row, column) in `hot` stand out."""
        (left, top), (width, height) = corner, cell
        for i, row in enumerate(rows):
            for j, words in enumerate(row):
                x, y = left + j * width, top + i * height
                self.box(x, y, width, height, "hot" if (i, j) in hot else "box")
                self.text(x + width / 2, y + height / 2 + 5, words, f"{kind} middle".strip())

    def render(self, title: str, description: str) -> str:
        """Return the SVG as text."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height:g}" '
            f'width="{WIDTH}" height="{self.height:g}" role="img" aria-labelledby="title desc">'
        )
        named = (
            f'<title id="title">{html.escape(title)}</title>',
            f'<desc id="desc">{html.escape(description)}</desc>',
            f"<style>\n{STYLE}\n</style>",
            f'<rect class="paper" width="{WIDTH}" height="{self.height:g}" rx="8"/>',
        )
        return "\n".join((head, *named, *self.elements, "</svg>")) + "\n"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
