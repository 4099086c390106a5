"""``python -m tests.benchmarks.run [PART ...]``: measure, print a table, write ``out/bench.*``."""

import importlib
import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from tests.benchmarks.measure import ROOT, Row, describe_machine, load, timed

PARTS = (
    "sandbox", "stages", "overhead", "throughput", "memory", "startup", "watching", "training",
    "convolution", "transformer", "by_hand", "repairs", "exploring", "class_page",
)  # fmt: skip
OUT = ROOT / "out"
HEAD = "| part | what | median | best | unit | target | note |\n|---|---|--:|--:|---|---|---|"


@dataclass(frozen=True)
class Part:
    """The rows of one part, and how busy the machine was before and after."""

    name: str
    rows: list[Row]
    seconds: float
    before: str
    after: str


def main(names: list[str]) -> int:
    """Run the named parts, all for none; return the exit code."""
    if unknown := set(names) - set(PARTS):
        print(
            f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr
        )
        return 2
    parts = [_measured(name) for name in names or PARTS]
    told = table(parts)
    print(told)
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.md").write_text(told + "\n")
    (OUT / "bench.json").write_text(json.dumps(_raw(parts), indent=2) + "\n")
    return 0


def _measured(name: str) -> Part:
    print(f"{name} ...", file=sys.stderr, flush=True)
    module = importlib.import_module(f"tests.benchmarks.{name}")
    before = load()
    with timed() as watch:
        rows = module.rows()
    return Part(name, rows, watch.seconds, before, load())


def table(parts: list[Part]) -> str:
    """Return all rows as one Markdown table, and under it the machine and its load."""
    lines = [_line(part, row) for part in parts for row in part.rows]
    loads = [
        f"- {part.name}: {part.seconds:.0f} s, load {part.before} before, {part.after} after"
        for part in parts
    ]
    return "\n".join([HEAD, *lines, "", f"{describe_machine()}; {_now()}", "", *loads])


def _line(part: Part, row: Row) -> str:
    numbers = f"{_number(row.median)} | {_number(row.best)}"
    return f"| {part.name} | {row.what} | {numbers} | {row.unit} | {row.target} | {row.note} |"


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _raw(parts: list[Part]) -> dict[str, object]:
    return {
        "at": _now(),
        "machine": describe_machine(),
        "parts": [asdict(part) for part in parts],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
