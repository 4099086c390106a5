"""Names that learning platforms give to files, and what they say of who handed them in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """Who handed a file in, by its name.

    Attributes
    ----------
    platform : str
        ``Canvas``, ``Moodle``; '' where the name was given by hand.
    student, number : str
        The name, and the number that tells namesakes apart.
    file : str
        The name that the file had at home; '' for a folder.
    """

    platform: str
    student: str
    number: str
    file: str


PLATFORMS = {
    "Moodle": re.compile(
        r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)", re.DOTALL
    ),
    "Canvas": re.compile(
        r"(?P<student>.+?)(?:_LATE)?_(?P<number>\d+)_\d+_(?P<file>.+\..+)", re.DOTALL
    ),
}
RESUBMITTED = re.compile(r"-\d+(?=\.\w+$)")  # Canvas writes engine-1.py for a second engine.py
GRADESCOPE_LIST = "submission_metadata.yml"  # lies beside the folders submission_1 and so on


def find_sender(name: str, modules: Sequence[str], is_folder: bool = False) -> Sender | None:
    """Return who handed in a file or folder of this name; None where it does not say."""
    for platform, pattern in PLATFORMS.items():
        match = pattern.fullmatch(name)
        if match and (platform == "Moodle" or not is_folder):
            file = RESUBMITTED.sub("", match["file"])
            return Sender(platform, match["student"].strip(), match["number"], file)
    return None if is_folder or not modules else _read_plain_name(name, modules)


def _read_plain_name(name: str, modules: Sequence[str]) -> Sender | None:
    """Read ``ada_engine.py`` and ``engine_ada.py``."""
    names = "|".join(modules)
    before = rf"(?P<student>.+?)[ _.-]+(?P<file>(?:{names})\.(?:py|ipynb))"
    after = rf"(?P<module>{names})[ _-]+(?P<student>.*[^\W\d].*)(?P<end>\.(?:py|ipynb))"
    if match := re.fullmatch(before, name):
        return Sender("", match["student"], "", match["file"])
    if match := re.fullmatch(after, name):
        return Sender("", match["student"], "", match["module"] + match["end"])
    return None
