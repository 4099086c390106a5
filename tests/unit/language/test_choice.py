"""Which language is shown: option, environment, course, system, in that order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.course.course import CourseError, render_for_students
from autograder.exchange.release import _place as place_assignment
from autograder.language.catalogue import translate
from autograder.language.choice import (
    choose_again,
    choose_language,
    language_of_others,
    set_language,
    take_option,
)
from autograder.reports.feedback import render_feedback
from autograder.stop import Stop
from tests.conftest import ROOT
from tests.unit.reports.test_class import half


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AUTOGRADER_LANGUAGE", "AUTOGRADER_COURSE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "")  # put back at the end, whatever a test sets
    choose_language.cache_clear()
    yield
    monkeypatch.undo()
    choose_language.cache_clear()


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT@euro"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "de_CH", "LANG": "en_US"}, "de"),
        ({"LC_ALL": "C", "LC_MESSAGES": "de_CH", "LANG": "de_DE"}, "en"),
        ({"AUTOGRADER_LANGUAGE": "en", "LANG": "de_DE"}, "en"),
        ({"AUTOGRADER_LANGUAGE": "DE-de", "LANG": "C"}, "de"),
    ],
)
def test_the_environment_chooses(
    variables: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert choose_language() == code


def test_a_course_goes_before_the_system_and_after_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "course.toml"
    file.write_text('version = 1\nlanguage = "de"\n')
    monkeypatch.setenv("AUTOGRADER_COURSE", str(file))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert choose_language() == "de"
    set_language("en")
    assert choose_language() == "en"


def test_a_course_that_cannot_be_read_is_no_reason_to_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_COURSE", str(tmp_path / "nowhere.toml"))
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert choose_language() == "de"


def test_students_get_the_language_of_their_course(tmp_path: Path) -> None:
    file = tmp_path / "course.toml"
    file.write_text('version = 1\nlanguage = "de"\n')
    assert '\nlanguage = "de"\n' in render_for_students(load_course(file))
    assert '\nlanguage = ""\n' in render_for_students(load_course())


def test_an_unknown_language_of_a_course_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "course.toml"
    file.write_text('version = 1\nlanguage = "fr"\n')
    with pytest.raises(CourseError, match="language is 'fr'; there are en, de$"):
        load_course(file)


@pytest.mark.parametrize(
    ("course", "asked", "code"), [("", "", "en"), ("de", "", "de"), ("", "de", "de")]
)
def test_what_is_handed_out_does_not_follow_the_machine(
    course: str, asked: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "course.toml").write_text(f'version = 1\nlanguage = "{course}"\n')
    monkeypatch.setenv("AUTOGRADER_COURSE", str(tmp_path / "course.toml"))
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", asked)
    for system in ("de_DE.UTF-8", "en_US.UTF-8"):
        monkeypatch.setenv("LANG", system)
        choose_again()
        with language_of_others():
            assert choose_language() == code
        assert choose_language() == (course or asked or system[:2])


def test_a_page_for_a_student_does_not_follow_who_makes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    choose_again()
    assert '<html lang="en">' in render_feedback(half("ada"), {})
    assert translate("note:") == "Hinweis:"  # what the command prints does
    set_language("de")
    assert '<html lang="de">' in render_feedback(half("ada"), {})


@pytest.mark.parametrize(
    ("language", "title"), [("de", "# Meilenstein 1"), ("en", "# Milestone 1")]
)
def test_a_kit_has_the_handout_of_its_language_alone(
    language: str, title: str, tmp_path: Path
) -> None:
    set_language(language)
    part = load_course().milestone("m1")
    place_assignment(ROOT / "assignments" / part.folder, tmp_path, part)
    handouts = list(tmp_path.rglob("*.md"))
    assert [file.name for file in handouts] == ["m1_scalar_autograd.md"]
    assert handouts[0].read_text().startswith(title)


@pytest.mark.parametrize("where", ["option", "variable"])
def test_an_unknown_language_is_one_line(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "fr" if where == "variable" else "de")
    with pytest.raises(Stop, match="^there is no language 'fr'; there are en, de$"):
        set_language("fr" if where == "option" else None)


@pytest.mark.parametrize(
    ("words", "language", "rest"),
    [
        ("check m1", None, "check m1"),
        ("--language de check m1", "de", "check m1"),
        ("check m1 --language de", "de", "check m1"),
        ("check --language=de m1", "de", "check m1"),
        ("check m1 -- --language de", None, "check m1 -- --language de"),
        ("check m1 --language", None, "check m1 --language"),
    ],
)
def test_the_option_stands_anywhere(words: str, language: str | None, rest: str) -> None:
    assert take_option(words.split()) == (language, rest.split())
