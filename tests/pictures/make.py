"""Draw the pictures of the documents again: ``make pictures``."""

from tests.pictures import class_page, demos, explore, handouts, notebook, report, terminal


def main() -> None:
    """Write all, and tell where; those of the handouts need no browser, so they come first."""
    print(*handouts.write_all(), sep="\n")
    terminal.FILE.parent.mkdir(parents=True, exist_ok=True)
    terminal.FILE.write_text(terminal.svg(terminal.printed()), encoding="utf-8")
    for picture in (report, notebook, explore, demos):
        picture.take(picture.FILE)
    print(*class_page.take_all(), sep="\n")
    print(terminal.FILE, report.FILE, notebook.FILE, explore.FILE, demos.FILE, sep="\n")


if __name__ == "__main__":
    main()
