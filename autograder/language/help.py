"""The help of the commands in the reader's language."""

from typing import Any

from autograder.language.catalogue import translate
from autograder.language.choice import ENGLISH, choose_language


def translate_help(command: Any) -> Any:
    """Return a command of click's with its help, and that of all below it, translated."""
    if choose_language() == ENGLISH:
        return command
    for item in (command, *command.params):
        item.help = translate(getattr(item, "help", None) or "") or None
    for inner in getattr(command, "commands", {}).values():
        translate_help(inner)
    return command
