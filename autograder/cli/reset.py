"""``autograder reset``: a function, or a whole module, back to its stub."""

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.language.catalogue import translate
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
from autograder.words import Phrase

ALL = "a"


def run(id: str, yes: bool, folder: Path) -> None:
    """Put back the module of `id`, or the functions that check `id` is about."""
    selection.require_folder(folder)
    part, listed = selection.find_part_or_check(id)
    module = require_learner_module(part, folder)
    if not listed:
        file = module.file.name
        confirm(translate("put all of {file} back to its stub?", file=file), yes)
        _report(module, translate("{file} is the stub again", file=file), _reset_all(module))
        return
    names = functions_for_check(listed, module)
    if not names:
        advice = _advise_all(module)
        text = "{id} is about no function of {file}; {advice}"
        raise Stop(text, id=id, file=module.file.name, advice=advice)
    _require_found(module, names)
    chosen = _choose(module, listed.id, names, yes)
    values = {"file": module.file.name, "names": _join(chosen)}
    done = translate("{file}: {names} back to the stub", **values)
    _report(module, done, _reset(module, chosen))


def _reset_all(module: LearnerModule) -> Path | None:
    return swap_file(module, "reset", module.stub.read_bytes)


def _reset(module: LearnerModule, names: Sequence[str]) -> Path | None:
    return swap_file(module, "reset", lambda: put_back(module, names))


def _require_found(module: LearnerModule, names: Sequence[str]) -> None:
    """Stop, before anything is asked, where one of the functions cannot be put back alone."""
    try:
        put_back(module, names)
    except (Broken, LookupError) as problem:
        broken = "{reason}: one function cannot be told apart; {advice}"
        absent = "{reason}: it cannot go back alone; {advice}"
        text = broken if isinstance(problem, Broken) else absent
        reason = Phrase(problem.args[0])
        raise Stop(text, reason=reason, advice=_advise_all(module)) from None


def _advise_all(module: LearnerModule) -> Phrase:
    return Phrase("'autograder reset {id}' puts back the whole of it", id=module.part.id)


def _choose(module: LearnerModule, id: str, names: Sequence[str], yes: bool) -> Sequence[str]:
    """Ask which of `names` go back; all where `yes` says so."""
    if len(names) == 1 or yes:
        values = {"names": _join(names), "file": module.file.name}
        confirm(translate("put {names} of {file} back to the stub?", **values), yes)
        return names
    choice = _join([f"{number} {name}" for number, name in enumerate(names, start=1)])
    about = "{id} is about {count} functions of {file}: {choice}"
    question = translate(about, id=id, count=len(names), file=module.file.name, choice=choice)
    which = translate("which go back? numbers, {all} for all, or Enter for none:", all=ALL)
    answer = ask_line(f"{question}\n{which} ")
    return names if answer == ALL else _pick(answer, names)


def _pick(answer: str, names: Sequence[str]) -> Sequence[str]:
    words = re.split(r"[\s,]+", answer)
    numbers = {str(number): name for number, name in enumerate(names, start=1)}
    if not answer or not {*words} <= {*numbers}:
        wrong = "nothing was changed, no number from 1 to {count}: {answer}"
        text = Phrase(wrong, count=len(names), answer=repr(answer))
        raise Stop(text if answer else "nothing was changed", 1)
    return [numbers[word] for word in dict.fromkeys(words)]


def _join(names: Sequence[str]) -> str:
    return ", ".join(names)


def _report(module: LearnerModule, done: str, kept: Path | None) -> None:
    if kept is None:
        print(translate("{done} already: nothing was changed", done=done))
        return
    plain = "{done}; what stood there is kept as {kept}"
    notebook = "{done}; what stood there is kept as {kept}; reload it where it is open"
    text = notebook if module.file.suffix == ".ipynb" else plain
    print(translate(text, done=done, kept=kept.name))
