"""The rules for hand-ins: suffixes, names that are skipped, and limits."""

import errno
import re
import sys

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
OTHER_ARCHIVES = (".rar", ".7z", ".tar.zst", ".zipx")
WANTED_ARCHIVES = ".zip or .tar.gz"  # what a student is told to make
SOURCES = (".py", ".ipynb")
DISGUISES = {  # a browser or an editor added its own: the file is read as what it was before
    ".py.txt": ".py",
    ".ipynb.txt": ".ipynb",
    ".ipynb.json": ".ipynb",
}
ENTRIES = (*ARCHIVES, *OTHER_ARCHIVES, *SOURCES)
MAX_FILES = 500  # entries of one submission that are looked at
MAX_FILE = 16 << 20  # bytes of one file that is looked at while it is written
MAX_NOTEBOOK = 32 << 20  # bytes of a notebook: pictures in it do not count as code
MAX_SOURCE = 512 << 10  # bytes of the code in one file
MAX_SEARCHED = 128 << 10  # characters that may tell which module a file is for
MAX_DOCUMENT = 512 << 10  # bytes of a document beside the modules
MAX_TOTAL = 4 << 20  # bytes of the code in all files
MAX_READ = 128 << 20  # bytes of all files that count, pictures in notebooks included
MAX_ARCHIVE = 64 << 20  # bytes of an archive
MAX_UNPACKED = 256 << 20  # bytes of a tar archive, unpacked
MAX_VISITED = 20 * MAX_FILES  # entries of a folder or an archive, environments left out
MAX_ARCHIVES = 10  # archives that are opened in a folder without a source
MAX_LISTED = 5 * MAX_VISITED  # entries of an archive in all
MAX_DEPTH = 20  # parts of a path below the folder that is graded
LONGEST_PATH = 1000  # bytes
ZIP_MEMBER = b"PK\x01\x02"  # stands before each member in a zip's directory
LONGEST_NAME = 200  # bytes
RESERVED = frozenset(
    {"grades.csv", "index.html", "changes.csv", "similarity.csv", "pseudonyms.csv", "feedback"}
)  # written by a grading run beside the scores
REPRO_FOLDER = "repro_modules"  # `repro` writes the code of notebooks there
REPRO_SCRIPT = re.compile(r"repro_(?:m\d+|[cwrx])_\w+\.py")  # written by `repro`
KEPT_FOLDER = ".autograder"  # beside a learner's record: earlier versions, and a copy of it
KEPT_MODULE = re.compile(r"\w+\.before-(?:reset|back)-\d+\.(?:py|ipynb)")  # what stood there before
JUNK = frozenset(
    {
        KEPT_FOLDER,
        "__MACOSX",
        "__pycache__",
        ".git",
        ".ipynb_checkpoints",
        ".venv",
        "venv",
        REPRO_FOLDER,
    }
    | {"site-packages", "dist-packages", "node_modules"}
)
ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})  # lie in the root of an environment
ENVIRONMENT_PARTS = frozenset(
    {"bin", "lib", "lib64", "include", "share", "etc", "conda-meta"}
    | {"Lib", "Scripts", "Include", "DLLs", "Library"}
)  # its own folders
TIMES = "times.csv"  # `collect` writes both beside the submissions
COLLECTED = "collected.csv"
QUIET = frozenset(  # and all names that begin with a dot
    {"thumbs.db", "desktop.ini", "__macosx", TIMES, COLLECTED}
)
FREE_IMPORTS = frozenset(sys.stdlib_module_names) | {"numpy"}
MACHINE_ERRORS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
