"""One text in, one text out; what is damaged stays in English, and is said once."""

import gettext
import io
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from autograder.cli.app import main
from autograder.language import catalogue
from autograder.language.catalogue import translate, translate_count
from tests.languages.make import (
    TRANSLATED,
    find_po,
    list_untranslated,
    mo_bytes,
    read_catalogue,
    update_catalogue,
)
from tests.languages.messages import calls_in_python, calls_in_template, list_messages


def test_english_is_the_text_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "load_catalogue", None)  # nothing is read
    assert translate("a {brace") == "a {brace"
    assert translate("{count} more: fix these first", count=3) == "3 more: fix these first"
    assert translate_count("{count} check passed", "{count} checks passed", 1) == "1 check passed"
    assert translate_count("{count} check passed", "{count} checks passed", 0) == "0 checks passed"


@pytest.mark.usefixtures("german")
def test_german_has_values_and_forms() -> None:
    assert translate("exp is its own derivative") == "exp ist seine eigene Ableitung"
    assert translate("{count} more: fix these first", count=3) == "3 weitere: behebe zuerst diese"
    assert translate("no such text {") == "no such text {"
    assert translate("") == ""
    assert translate_count("{count} check passed", "{count} checks passed", 1) == "1 Test bestanden"
    assert (
        translate_count("{count} check passed", "{count} checks passed", 2) == "2 Tests bestanden"
    )


def write_catalogue(folder: Path, data: bytes) -> None:
    file = folder / "de" / "LC_MESSAGES" / "autograder.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(data)


def catalogue_bytes(**texts: str) -> bytes:
    written = Catalog(locale="de")
    for english, german in texts.items():
        written.add(english.replace("_", " "), german)
    file = io.BytesIO()
    write_mo(file, written)
    return file.getvalue()


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("text", ["{wer} da", "nichts", "{name} {name:g}", "{name", "{}"])
def test_a_translation_with_other_values_stays_english_and_is_said_once(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    english = "{name} is here"
    write_catalogue(tmp_path, catalogue_bytes(**{english.replace(" ", "_"): text, "yes": "ja"}))
    assert [translate(english, name="ada") for _ in range(2)] == ["ada is here"] * 2
    assert translate("yes") == "ja"
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "the translation of '{name} is here' names other values: it stays in English" in told


GOOD = find_po("de").with_suffix(".mo").read_bytes()


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    "data",
    [b"", b"no catalogue", GOOD[:1000], GOOD[:20], GOOD.replace(b"utf-8", b"utf-9"), None],
    ids=["empty", "text", "cut", "head", "charset", "absent"],
)
def test_a_broken_catalogue_is_english_and_said_once(
    data: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    monkeypatch.chdir(tmp_path)
    if data is not None:
        write_catalogue(tmp_path, data)
    with pytest.raises(SystemExit) as ended:
        main(["--language", "de", "hint", "m1.exp"])
    assert not ended.value.code
    shown = capsys.readouterr()
    assert shown.out.startswith("m1.exp: exp is its own derivative\n  Ask yourself: Which number")
    assert shown.err.count("\n") == 1
    assert "autograder.mo of 'de' cannot be read" in shown.err


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_are_in_step_with_the_texts(language: str) -> None:
    written = read_catalogue(language)
    there = {m.id if isinstance(m.id, tuple) else (m.id,) for m in written if m.id}
    assert there - set(list_messages()) == set(), "obsolete; run 'make messages'"
    assert set(list_messages()) - there == set(), "missing; run 'make messages', then translate"
    assert list_untranslated(written) == []
    assert list_untranslated(update_catalogue(written)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_name_the_same_values(language: str) -> None:
    for message in read_catalogue(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        names = {catalogue.find_names(text) for text in (*ids, *texts)} if message.id else {""}
        assert len(names) == 1, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_is_what_was_written(language: str) -> None:
    made = gettext.GNUTranslations(io.BytesIO(mo_bytes(read_catalogue(language))))
    with find_po(language).with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    for message in list_messages():
        if len(message) == 1:
            assert read.gettext(*message) == made.gettext(*message), "run 'make messages'"
        else:
            forms = [read.ngettext(*message, count) for count in (1, 2)]
            assert forms == [made.ngettext(*message, count) for count in (1, 2)]


def test_german_is_written_with_umlauts_and_plain_dashes() -> None:
    text = find_po("de").read_text(encoding="utf-8")
    assert "für" in text
    assert not {"\u2013", "\u2014"} & {*text}
    assert " fuer " not in text


def test_help_ends_with_the_same_example() -> None:
    pairs = [(m.id, m.string) for m in read_catalogue("de") if "\n\nExample: " in m.id]
    assert len(pairs) > 10
    for english, german in pairs:
        assert german.rpartition("Beispiel: ")[2] == english.rpartition("Example: ")[2]


def test_texts_are_found_where_they_are_said() -> None:
    source = """
def say(x, title):
    long = "wide"
    line = long if x else "narrow"
    print(translate("plain"), translate(line, x=1), translate(title), other("no"))
    return translate_count("one", "many", x)
"""
    wanted = {("plain",), ("wide",), ("narrow",), ("one", "many")}
    assert {*calls_in_python(source)} == wanted
    page = '{{ translate("a", x=1) }}{% if b %}{{ translate_count("o", "m", 2) }}{% endif %}{{ c("n") }}'
    assert {*calls_in_template(page)} == {("a",), ("o", "m")}
