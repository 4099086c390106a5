"""A submission that goes to another machine is the same there."""

from dataclasses import replace
from pathlib import Path

from autograder.intake.submission import Submission, Unread
from autograder.run.parcel import pack_submission, unpack_parcel


def test_a_parcel_holds_all_that_decides_a_score(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (here / "nn.py").write_bytes(b"x = 1\n")
    sent = Submission(
        "ada", here, "0" * 64, ("nn.py",), {"engine": "why"}, {"nn": "needs"},
        ("home/nn.py",), ("told",), Unread(("nn",), {"gpt.ipynb": "broken"}), 1.5,
    )  # fmt: skip
    assert unpack_parcel(pack_submission(sent), there) == replace(sent, folder=there)
    assert (there / "nn.py").read_bytes() == b"x = 1\n"
