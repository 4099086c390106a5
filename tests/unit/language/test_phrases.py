"""What stops a command: English where it is raised, in the reader's language where it is shown."""

import pickle
from pathlib import Path

import pytest

from autograder.course.keys import CourseError, no_such, suggest_word
from autograder.language.phrases import translate_phrase
from autograder.stop import Refusal, Stop
from autograder.words import Phrase

INNER = CourseError(no_such("check", "m1.ad", suggest_word("m1.ad", ["m1.add", "m1.mul"])))
OUTER = CourseError("{file}, line {line}: {problem}", file=Path("a.toml"), line=3, problem=INNER)
ENGLISH = "a.toml, line 3: there is no check 'm1.ad'; did you mean m1.add?"


def test_it_is_an_english_sentence() -> None:
    assert str(OUTER) == translate_phrase(OUTER.phrase) == ENGLISH
    assert str(Stop(OUTER.phrase, 1)) == ENGLISH


@pytest.mark.usefixtures("german")
def test_values_that_are_phrases_are_translated_too() -> None:
    german = "a.toml, Zeile 3: Test 'm1.ad' gibt es nicht; meinst du m1.add?"
    assert translate_phrase(OUTER.phrase) == german
    assert str(OUTER) == ENGLISH


@pytest.mark.usefixtures("german")
def test_what_has_no_values_may_be_somebodys_whole_sentence() -> None:
    assert translate_phrase(Phrase("not implemented yet: {x}")) == "noch nicht geschrieben: {x}"
    assert translate_phrase(Phrase("a {brace")) == "a {brace"
    assert translate_phrase(Phrase("'{name}' is renamed to {id}", name="{id}", id="x")) == (
        "'{id}' heißt dort x"
    )


def test_it_passes_from_process_to_process() -> None:
    problem = pickle.loads(pickle.dumps(Stop("{problem}; fix it", 130, problem=OUTER)))
    assert (str(problem), problem.code) == (f"{ENGLISH}; fix it", 130)
    assert problem.phrase.values["problem"].phrase.values["line"] == 3
    assert isinstance(problem, Refusal)
