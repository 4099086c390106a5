"""Draw the pictures of the documents again: ``make pictures``."""

from tests.pictures import explore, report, terminal


def main() -> None:
    """Write all, and tell where."""
    terminal.FILE.parent.mkdir(parents=True, exist_ok=True)
    terminal.FILE.write_text(terminal.svg(terminal.printed()), encoding="utf-8")
    report.take(report.FILE)
    explore.take(explore.FILE)
    print(f"{terminal.FILE}\n{report.FILE}\n{explore.FILE}")


if __name__ == "__main__":
    main()
