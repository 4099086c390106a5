"""``autograder reset``: a function, or a whole module, back to its stub."""

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.learning.modules import (
    Broken,
    LearnerModule,
    functions_for_check,
    put_back,
    require_learner_module,
    swap_file,
)
from autograder.learning.questions import ask_line, confirm
from autograder.run import selection
from autograder.stop import Stop

ALL = "a"


def run(id: str, yes: bool, folder: Path) -> None:
    """Put back the module of `id`, or the functions that check `id` is about."""
    selection.require_folder(folder)
    part, listed = selection.find_part_or_check(id)
    module = require_learner_module(part, folder)
    if not listed:
        confirm(f"put all of {module.file.name} back to its stub?", yes)
        _report(module, f"{module.file.name} is the stub again", _reset_all(module))
        return
    names = functions_for_check(listed, module)
    if not names:
        raise Stop(f"{id} is about no function of {module.file.name}; {_advise_all(module)}")
    _require_found(module, names)
    chosen = _choose(module, listed.id, names, yes)
    _report(module, f"{module.file.name}: {_join(chosen)} back to the stub", _reset(module, chosen))


def _reset_all(module: LearnerModule) -> Path | None:
    return swap_file(module, "reset", module.stub.read_bytes)


def _reset(module: LearnerModule, names: Sequence[str]) -> Path | None:
    return swap_file(module, "reset", lambda: put_back(module, names))


def _require_found(module: LearnerModule, names: Sequence[str]) -> None:
    """Stop, before anything is asked, where one of the functions cannot be put back alone."""
    try:
        put_back(module, names)
    except Broken as problem:
        raise Stop(f"{problem}: one function cannot be told apart; {_advise_all(module)}") from None
    except LookupError as problem:
        raise Stop(f"{problem.args[0]}: it cannot go back alone; {_advise_all(module)}") from None


def _advise_all(module: LearnerModule) -> str:
    return f"'autograder reset {module.part.id}' puts back the whole of it"


def _choose(module: LearnerModule, id: str, names: Sequence[str], yes: bool) -> Sequence[str]:
    """Ask which of `names` go back; all where `yes` says so."""
    if len(names) == 1 or yes:
        confirm(f"put {_join(names)} of {module.file.name} back to the stub?", yes)
        return names
    choice = [f"{number} {name}" for number, name in enumerate(names, start=1)]
    question = f"{id} is about {len(names)} functions of {module.file.name}: {', '.join(choice)}"
    answer = ask_line(f"{question}\nwhich go back? numbers, {ALL} for all, or Enter for none: ")
    return names if answer == ALL else _pick(answer, names)


def _pick(answer: str, names: Sequence[str]) -> Sequence[str]:
    words = re.split(r"[\s,]+", answer)
    numbers = {str(number): name for number, name in enumerate(names, start=1)}
    if not answer or not {*words} <= {*numbers}:
        why = f", no number from 1 to {len(names)}: {answer!r}" if answer else ""
        raise Stop(f"nothing was changed{why}", 1)
    return [numbers[word] for word in dict.fromkeys(words)]


def _join(names: Sequence[str]) -> str:
    return ", ".join(names)


def _report(module: LearnerModule, done: str, kept: Path | None) -> None:
    if kept is None:
        print(f"{done} already: nothing was changed")
        return
    reload = "; reload it where it is open" if module.file.suffix == ".ipynb" else ""
    print(f"{done}; what stood there is kept as {kept.name}{reload}")
