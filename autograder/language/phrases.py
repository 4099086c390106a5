"""Phrases in the reader's language: what stops a command, above all."""

from autograder.language.catalogue import translate
from autograder.language.sentences import translate_sentence
from autograder.stop import Refusal
from autograder.words import Phrase


def translate_phrase(phrase: Phrase) -> str:
    """Return `phrase` in the reader's language, with those of its values that are phrases, too."""
    if not phrase.values:
        return translate_sentence(phrase.template)  # where others filled it in, templates may fit
    values = {name: _translate_value(value) for name, value in phrase.values.items()}
    return translate(phrase.template, **values)


def _translate_value(value: object) -> object:
    phrase = value.phrase if isinstance(value, Refusal) else value
    return translate_phrase(phrase) if isinstance(phrase, Phrase) else value
