"""A student's first command, ``python3 kit/install.py``: makes .venv beside kit, and fills it.

It is copied into the kit, and imports nothing of it. Any Python can read it, so that an old one
says which is needed.
"""

import glob
import os
import subprocess
import sys

KIT = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.join(os.path.dirname(KIT), ".venv")
SCRIPTS = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")


def main():  # type: () -> int
    """Make the environment and install the kit, or say why not; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036
        message = "Python 3.11 or newer is needed, and this is Python %d.%d: install one from "
        message += "python.org, and run the same command with it\n"
        sys.stderr.write(message % sys.version_info[:2])
        return 2
    python = os.path.join(HOME, *SCRIPTS)
    packed = glob.glob(os.path.join(KIT, "*.whl"))
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
    pip += ["-c", os.path.join(KIT, "constraints.txt")]
    print("installing into .venv; it takes up to a minute")
    sys.stdout.flush()
    code = subprocess.call([sys.executable, "-m", "venv", HOME]) or subprocess.call(pip + packed)
    print(
        "installed"
        if code == 0
        else "not installed: fix what is reported above, and run this again"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
