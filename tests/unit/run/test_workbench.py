"""Edits moved past each other: what a repair alone leaves."""

from autograder.run.workbench import Edit, leave_out

TEXT = "a = 1\nb = 2\nc = 3\n"


def edit(start: int, end: int, new: str, file: str = "engine.py") -> Edit:
    return Edit(file, 1, "", "number", 1.0, ((start, end, new),))


def applied(edits: list[Edit] | None, text: str = TEXT) -> str:
    assert edits is not None
    for each in edits:
        text = each.apply(text)
    return text


def test_an_edit_is_left_out_though_later_ones_were_made_after_it() -> None:
    first = edit(4, 5, "1000")  # a = 1000
    second = edit(13, 14, "2222")  # of the text with the first: b = 2222
    third = edit(22, 23, "33")  # of the text with both: c = 33
    edits = [first, second, third]
    assert applied(edits) == "a = 1000\nb = 2222\nc = 33\n"
    assert applied(leave_out(edits, 0)) == "a = 1\nb = 2222\nc = 33\n"
    assert applied(leave_out(edits, 1)) == "a = 1000\nb = 2\nc = 33\n"
    assert applied(leave_out(edits, 2)) == "a = 1000\nb = 2222\nc = 3\n"


def test_edits_of_one_place_cannot_be_parted_and_those_of_other_files_can() -> None:
    first, same = edit(4, 5, "1000"), edit(4, 6, "7")
    assert leave_out([first, same], 0) is None
    elsewhere = edit(4, 5, "7", "other.py")
    assert leave_out([first, elsewhere], 0) == [elsewhere]
