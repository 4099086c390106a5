"""Downloads as platforms lay them out, each from its source or documentation.

- Canvas: ``lib/content_zipper.rb`` (sortable name in small letters without other characters,
  LATE, the user's id, the attachment's id, the file's name; texts as ``_text.html``).
- Moodle: ``mod/assign/classes/downloader.php`` (name, participant, plugin; folders or flat).
- Blackboard: nbgrader's documentation of ``zip_collect`` has the pattern.
- Gradescope: ``submission_metadata.yml`` as tools that read it expect it.
- nbgrader: ``submitted/STUDENT/ASSIGNMENT``, with ``timestamp.txt``.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

ENGINE, NN = "class Value:\n    pass\n", "from engine import Value\n"

CANVAS = {
    "doejane_101_2001_engine.py": ENGINE,
    "doejane_101_2002_nn-1.py": NN,
    "leebo_LATE_102_2003_engine.py": ENGINE + "# bo\n",
    "roeana_103_2004_work.zip": "a zip",
    "textonly_104_text.html": "<p>see my mail</p>",
    "syllabus.pdf": "%PDF",
}
MOODLE = {
    "Jane Doe_4711_assignsubmission_file_/engine.py": ENGINE,
    "Jane Doe_4711_assignsubmission_file_/lib/nn.py": NN,
    "Jane Doe_4711_assignsubmission_onlinetext_/onlinetext.html": "<p>hello</p>",
    "Bo Lee_4712_assignsubmission_file_engine.py": ENGINE + "# bo\n",
    "Tom Text_4713_assignsubmission_onlinetext_onlinetext.html": "<p>my code is lost</p>",
}
BLACKBOARD = {
    "Homework 1_jdoe_attempt_2026-10-01-23-10-00.txt": "Name: Jane Doe (jdoe)\n",
    "Homework 1_jdoe_attempt_2026-10-01-23-10-00_engine.py": ENGINE,
    "Homework 1_jdoe_attempt_2026-10-02-08-00-00.txt": "Name: Jane Doe (jdoe)\n",
    "Homework 1_jdoe_attempt_2026-10-02-08-00-00_engine.py": ENGINE + "# better\n",
    "Homework 1_bo_lee_attempt_2026-10-01-12-00-00_engine.py": ENGINE + "# bo\n",
}
GRADESCOPE = {
    "assignment_9_export/submission_metadata.yml": """---
submission_77:
  :submitters:
  - :name: Jane Doe
    :sid: '007'
    :email: jane@x.edu
  - :name: Bo Lee
    :sid: '008'
    :email: bo@x.edu
  :created_at: 2026-10-01 21:58:12.123456000 Z
  :score: 1.0
  :results:
    tests: []
  :history: []
submission_78:
  :submitters:
  - :name: Ana Roe
    :sid: '009'
    :email: ana@x.edu
  :created_at: 2026-10-03 06:00:00.000000000 Z
""",
    "assignment_9_export/submission_77/engine.py": ENGINE,
    "assignment_9_export/submission_78/sub/engine.py": ENGINE + "# ana\n",
}
NBGRADER = {
    "submitted/jane/m1/engine.ipynb": "{}",
    "submitted/jane/m1/timestamp.txt": "2026-10-01 23:58:12.500000 Europe/Berlin\n",
    "submitted/jane/m2/nn.ipynb": "{ }",
    "submitted/jane/m2/timestamp.txt": "2026-10-08 21:00:00 UTC",
    "submitted/bo/m1/engine.ipynb": "{  }",
}


def lay_out(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a download as a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def pack(file: Path, files: Mapping[str, str]) -> Path:
    """Write a download as a zip."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file


def read_tree(folder: Path) -> dict[str, str]:
    """Return the files below `folder`, by path."""
    return {
        file.relative_to(folder).as_posix(): file.read_text()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
