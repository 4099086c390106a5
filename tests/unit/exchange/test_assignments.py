"""Documents are handed out without what stands between the marks."""

from autograder.course import load_course
from autograder.exchange.assignments import document_stub
from tests.conftest import ROOT


def test_regions_of_code_and_prose_are_cleared() -> None:
    text = """# Title
<!-- ### BEGIN SOLUTION -->
secret prose
<!-- ### END SOLUTION -->
kept
```equations
### BEGIN SOLUTION
h = x
### END SOLUTION
```
"""
    assert document_stub(text) == "# Title\n(to write)\nkept\n```equations\n# to write\n```\n"


def test_the_documents_that_are_handed_out_keep_no_mark() -> None:
    for unit in load_course().units:
        for name in unit.documents:
            text = (ROOT / "assignments" / unit.folder / name).read_text()
            assert "SOLUTION" not in text
            assert "to write" in text
            assert text != (ROOT / "solutions" / unit.folder / name).read_text()
