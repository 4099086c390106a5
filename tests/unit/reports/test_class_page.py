"""The class page: its rows and their JSON, discrimination, sections, pseudonyms, folded notes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from autograder.reports import discrimination, feedback, page, pseudonyms
from autograder.reports.class_rows import Names, embed
from autograder.reports.feedback import open_feedback
from autograder.reports.notes import note_empty_entries, note_unusual
from autograder.reports.summaries import Summaries
from autograder.score import Outcome, Score, UnusualUse
from autograder.templates import hash_source, text
from tests.synthetic_class import make_scores
from tests.unit.reports.test_class import EVIL, check, half, outcome, score


@dataclass(frozen=True)
class Person:
    name: str = ""
    id: str = ""
    section: str = ""


ROSTER = {
    "a": [Person("Ada <b>", "0071", "Mon")],
    "b": [Person("Bo", "", "Tue"), Person("", "9", "Mon")],
    "c": [Person(section="Tue")],
}


def write_page(folder: Path, scores: Sequence[Score], **more: object) -> str:
    outcomes = [outcome(folder, one.submission.id, one) for one in scores]
    page.write_class_page(outcomes, folder / "index.html", **more)  # type: ignore[arg-type]
    return (folder / "index.html").read_text()


def rows_of(text: str) -> list[dict[str, object]]:
    found = re.search(r'<script type="application/json" id="rows">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])["rows"]  # type: ignore[no-any-return]


def test_one_script_and_one_style_may_run_and_no_row_ends_theirs(tmp_path: Path) -> None:
    text_of_page = write_page(tmp_path, [half(EVIL), half("</script><!--")])
    assert text_of_page.count("<script") == 2
    assert text_of_page.count("</script>") == 2
    script = re.findall(r"<script>(.*?)</script>", text_of_page, re.DOTALL)[0]
    style = re.findall(r"<style>(.*?)</style>", text_of_page, re.DOTALL)[0]
    policy = (
        f"default-src 'none'; script-src {hash_source(script)}; style-src {hash_source(style)}; "
    )
    assert policy in text_of_page
    assert script == text("class_table.js")
    assert " style=" not in text_of_page
    assert [row["name"] for row in rows_of(text_of_page)] == [EVIL, "</script><!--"]


def test_what_is_embedded_ends_no_element() -> None:
    assert embed(["</script>", "&"]) == '["\\u003c/script\\u003e","\\u0026"]'


def test_the_script_is_small_and_asks_nobody() -> None:
    script = text("class_table.js")
    assert len(script) < 12_000
    for word in ("fetch", "XMLHttp", "import(", "eval", "innerHTML", "http:", "https:"):
        assert word not in script


def test_the_page_holds_the_first_rows_and_its_script_all(tmp_path: Path) -> None:
    many = [score(f"s{n:04d}", [check("m1.a", "passed", 100.0)]) for n in range(503)]
    told = write_page(tmp_path, many)
    assert told.count('<td class="text name">') == 500
    assert len(rows_of(told)) == 503
    assert 'first 500 of 503; all stand in <a href="grades.csv">' in told
    assert "<noscript>" not in write_page(tmp_path, many[:500])


def test_a_row_tells_points_roster_and_mistakes(tmp_path: Path) -> None:
    full = score("c", [check("m1.add", "passed", 75.0), check("m2.x", "passed", 25.04)])
    names = Names(persons=lambda name: ROSTER[name])
    told = write_page(tmp_path, [half("a"), half("b", hint=None), full], names=names)
    first, second, third = rows_of(told)
    assert first == {
        "name": "a", "points": 75.0, "most": 200.0, "milestones": [75.0, None],
        "counts": "2 failed, 1 blocked, 1 passed", "feedback": "feedback/a.html",
        "score": "a/score.json", "people": "Ada <b>, 0071", "sections": ["Mon"], "mistakes": [0],
    }  # fmt: skip
    assert (second["people"], second["sections"]) == ("Bo; 9", ["Tue", "Mon"])
    assert (third["is_full"], third["points"], third["milestones"]) == (True, 100.0, [75.0, 25.0])
    assert "Ada &lt;b&gt;, 0071" in told
    by_section = told.partition("Mistakes by section")[2]
    assert 'Mon <span class="quiet">of 2</span>' in by_section
    assert '<td class="narrow">1 (50 %)</td><td class="narrow"></td>' in by_section


def test_without_a_roster_nothing_is_said_of_sections(tmp_path: Path) -> None:
    told = write_page(tmp_path, [half("a")])
    assert "ection</" not in told
    assert "by section" not in told


def test_headings_are_in_order_and_links_lead_to_them(tmp_path: Path) -> None:
    names = Names(persons=lambda name: ROSTER[name])
    told = write_page(tmp_path, [half("a"), half("b")], names=names, notes=[["look"]])
    levels = [int(level) for level in re.findall(r"<h(\d)", told)]
    assert levels == [1, 2, 2, 2, 2, 2, 3, 2]
    links, ids = re.findall(r'href="#([^"]+)"', told), re.findall(r' id="([^"]+)"', told)
    assert {*links} <= {*ids}
    assert len(ids) == len({*ids})
    assert len(links) == 6
    assert told.count("<main>") == told.count("<nav ") == told.count("<header>") == 1


def test_notes_are_folded_and_none_is_left_out(tmp_path: Path) -> None:
    uses = tuple(UnusualUse(f"f{n}.py", f"does {n}", "why") for n in range(8))
    groups = [note_unusual({"ada": uses}), [f"choice {n}" for n in range(20)], [], ["one"]]
    groups.append(note_empty_entries([f"empty{n}" for n in range(7)]))
    told = write_page(tmp_path, [half("a")], notes=groups)
    section = told.partition('<h2 id="notes">')[2].partition("</section>")[0]
    assert (
        "<summary>ada: unusual: f0.py: does 0; f1.py: does 1; f2.py: does 2; 5 more</summary>"
        in section
    )
    assert all(f"f{n}.py: does {n}" in section for n in range(8))
    assert all(f"<li>choice {n}</li>" in section for n in range(20))
    assert (
        section.index("choice 7<") < section.index("and 12 more such") < section.index("choice 8<")
    )
    assert "<li>one</li>" in section
    assert "empty4, ...</summary>" not in section  # the sentence goes on
    assert "empty4, ... have no .py and no .ipynb</summary>" in section
    assert "empty4, empty5, empty6 have no .py" in section


# discrimination


def class_of(rows: Sequence[Sequence[str]], ids: Sequence[str]) -> list[Score]:
    return [
        score(f"s{n}", [check(id, end, 10.0) for id, end in zip(ids, row, strict=True)])
        for n, row in enumerate(rows)
    ]


def test_the_correlation_is_that_with_the_points_on_all_other_checks() -> None:
    draw = np.random.default_rng(1)
    passed = draw.random((40, 4)) < draw.random((40, 1))
    rows = [["passed" if one else "failed" for one in row] for row in passed]
    ids = [f"m1.{letter}" for letter in "abcd"]
    found = discrimination.measure_checks(class_of(rows, ids))
    assert [row.id for row in found] == ids
    for column, row in enumerate(found):
        rest = 10.0 * np.delete(passed, column, axis=1).sum(axis=1)
        wanted = np.corrcoef(passed[:, column], rest)[0, 1]
        assert row.correlation == pytest.approx(wanted, abs=0.0051)
        assert (row.count, row.passed) == (40, passed[:, column].sum())


def test_a_twin_counts_with_its_check() -> None:
    strong, weak = ["passed"] * 4, ["failed"] * 4
    half_passed = ["passed", "failed", "failed", "failed"]
    ids = ("m1.a", "m1.a_hidden", "m1.b", "m1.c")
    rows = [strong] * 15 + [weak] * 10 + [half_passed] * 10
    first, second, _ = discrimination.measure_checks(class_of(rows, ids))
    assert (first.id, first.passed, first.correlation, first.words) == (
        "m1.a",
        15,
        1.0,
        "tells well",
    )
    rest = [30] * 15 + [0] * 10 + [10] * 10  # points on a alone are points elsewhere for b
    wanted = np.corrcoef([1] * 15 + [0] * 20, rest)[0, 1]
    assert second.correlation == pytest.approx(wanted, abs=0.0051)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["passed", "passed"]] * 40, "all pass"),
        ([["failed", "passed"]] * 40, "nobody passes"),
        ([["passed", "passed"]] * 20 + [["failed", "passed"]] * 20, "all others are equal"),
        ([["passed", "failed"]] * 20 + [["failed", "passed"]] * 20, "the wrong way round"),
        ([["passed", "passed"], ["failed", "failed"]], "too few to tell: 2 of 30"),
        ([["passed", "passed"], ["failed", "failed"]] * 15, "tells well"),
    ],
)
def test_it_is_said_in_words_and_not_where_it_cannot(
    rows: Sequence[Sequence[str]], words: str
) -> None:
    first = discrimination.measure_checks(class_of(rows, ("m1.a", "m1.b")))[0]
    assert first.words == words
    assert (first.correlation is None) == (words not in ("the wrong way round", "tells well"))


def test_who_did_not_begin_a_milestone_is_not_counted_there() -> None:
    rows = [["passed", "missing"]] * 3 + [["missing", "blocked"], ["rejected", "rejected"]]
    assert discrimination.measure_checks(class_of(rows, ("m1.a", "m1.b")))[0].count == 3


# summaries


def test_a_summary_keeps_what_tables_need_and_shares_it() -> None:
    summaries = Summaries()
    first, second = (summaries.summarize(one) for one in make_scores(2))
    whole = next(make_scores(1))
    assert [(c.id, c.status, c.points) for c in first.checks] == [
        (c.id, c.status, c.points) for c in whole.checks
    ]
    assert (first.points, first.submission) == (whole.points, whole.submission)
    assert {c.message for c in first.checks} == {""}
    alike = [
        one is other
        for one, other in zip(first.checks, second.checks, strict=True)
        if (one.status, one.hint) == (other.status, other.hint)
    ]
    assert len(alike) > 30
    assert all(alike)


def test_one_check_by_two_mistakes_is_kept_apart() -> None:
    summaries = Summaries()
    hinted, plain = (summaries.summarize(one) for one in (half("a"), half("b", hint=None)))
    assert hinted.checks[0].hint is not None
    assert plain.checks[0].hint is None
    assert hinted.checks[0].hint.pitfall == "assign-not-accumulate"


# pseudonyms, and where pages of feedback lie


def test_pseudonyms_stay_and_cannot_be_computed_without_the_key(tmp_path: Path) -> None:
    assert pseudonyms.read_pseudonyms(tmp_path) is None
    first = pseudonyms.make_pseudonyms(tmp_path)
    again = pseudonyms.make_pseudonyms(tmp_path)
    elsewhere = pseudonyms.make_pseudonyms(tmp_path / "other")
    assert first("ada") == again("ada") != elsewhere("ada")
    assert re.fullmatch(r"student-[a-z2-7]{10}", first("\udcff"))
    assert len({first(str(n)) for n in range(2000)}) == 2000
    assert (tmp_path / pseudonyms.KEY_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "ab", "zz" * 32, "ab" * 31])
def test_a_broken_key_is_told_and_never_used(tmp_path: Path, content: str) -> None:
    (tmp_path / pseudonyms.KEY_FILE).write_text(content)
    with pytest.raises(pseudonyms.NoKey, match="holds no key of 32 bytes; put back"):
        pseudonyms.make_pseudonyms(tmp_path)


def test_no_name_is_left_where_names_are_hidden(tmp_path: Path) -> None:
    hide = pseudonyms.make_pseudonyms(tmp_path)
    names = Names(
        open_feedback(tmp_path / "feedback", 2),
        lambda name: [Person("Ada Lovelace", "0071", "Mon")],
        hide,
    )
    scores = [half("zoe-x", message="zoe-x.zip is no archive; zoe-xylophone"), half("ada-x")]
    outcomes = [outcome(tmp_path, one.submission.id, one) for one in scores]
    uses = (UnusualUse("ada-x.py, line 3", "looks into frames", "why"),)
    outcomes[1] = replace(outcomes[1], unusual=uses)
    for one in outcomes:
        names.pages.write(one, {}, hide(one.name))
    lost = Outcome("lost-x", None, fault="x")
    page.write_class_page(
        [*outcomes, lost], tmp_path / "index.html", [["ada-x has no engine.py"]], names
    )
    told = (tmp_path / "index.html").read_text()
    pages = [file.read_text() for file in (tmp_path / "feedback").iterdir()]
    for name in ("ada-x", "zoe-x", "lost-x", "Lovelace", "0071", "score.json<"):
        assert name not in told
    assert "zoe-x.zip" not in "".join(pages)
    assert f"{hide('zoe-x')}.zip is no archive; zoe-xylophone" in "".join(pages)
    assert "; work " not in "".join(pages)
    assert {file.stem for file in (tmp_path / "feedback").iterdir()} == {
        hide("ada-x"),
        hide("zoe-x"),
    }
    shown = [str(row["name"]) for row in rows_of(told)]
    assert shown == sorted([hide("ada-x"), hide("zoe-x")])  # not in the order of their names
    assert all(f'href="feedback/{name}.html"' in told for name in shown)
    assert hide("lost-x") in told
    assert "looks into frames" in told
    assert "Mon" in told


def test_a_page_that_lay_or_was_called_otherwise_goes(tmp_path: Path) -> None:
    one = outcome(tmp_path, "ada", half("ada"))
    flat = feedback.open_feedback(tmp_path / "f", 1000)
    flat.write(one, {})
    assert (tmp_path / "f/ada.html").is_file()
    feedback.open_feedback(tmp_path / "f", 1000).write(one, {}, "student-x")
    assert [file.name for file in (tmp_path / "f").iterdir()] == ["student-x.html"]
    spread = feedback.open_feedback(tmp_path / "f", 1001)
    spread.write(one, {}, "student-x")
    (page_file,) = (tmp_path / "f").rglob("*.html")
    assert page_file.relative_to(tmp_path / "f").as_posix() == spread.place("student-x")
    assert re.fullmatch(r"[0-9a-f]{2}/student-x\.html", spread.place("student-x"))
    assert feedback.open_feedback(tmp_path / "f", 1).is_spread  # a part of a class graded again


def test_links_follow_pages_that_are_spread(tmp_path: Path) -> None:
    names = Names(feedback.open_feedback(tmp_path / "feedback", 5000))
    one = outcome(tmp_path, "evil #1", half("evil #1"))
    names.pages.write(one, {})
    page.write_class_page([one], tmp_path / "index.html", names=names)
    (row,) = rows_of((tmp_path / "index.html").read_text())
    (file,) = (tmp_path / "feedback").rglob("*.html")
    assert row["feedback"] == f"feedback/{file.parent.name}/evil%20%231.html"
