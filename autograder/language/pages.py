"""What a page needs to speak the reader's language: functions that its template calls."""

from typing import Any

from autograder.language.catalogue import translate, translate_count
from autograder.language.choice import choose_language
from autograder.language.sentences import translate_sentence


def page_words() -> dict[str, Any]:
    """Return the values of a template that translates what it says."""
    return {
        "language": choose_language(),
        "translate": translate,
        "translate_count": translate_count,
        "translate_sentence": translate_sentence,
    }
