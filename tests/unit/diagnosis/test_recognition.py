"""The nearest known mistake: when it is said, two at once, and when nothing is."""

from autograder.diagnosis.recognition import NEAR, TELLING, Case, Recognition

RAN = {"add", "mul", "exp", "log"}


def case(name: str, style: str = "closures", **failed: str) -> Case:
    return Case(name, style, {check: frozenset(text.split()) for check, text in failed.items()})


def failing(**failed: str) -> dict[str, frozenset[str]]:
    return dict(case("", **failed).failed)


SIGN = case("sign", add="a x-1 where", mul="b x-1 where")
TWICE = case("twice", add="c x2 where")
EXP = case("exp-input", exp="d larger where")
LOG = case("log-result", log="e smaller where")
KNOWN = Recognition([SIGN, TWICE, EXP, LOG], {})


def test_the_nearest_mistake_is_named_in_each_check() -> None:
    found = KNOWN.recognise(failing(add="a x-1 where", mul="b x-1 where"), RAN)
    assert found is not None
    assert found.is_clear
    assert found.checks == {"add": "sign", "mul": "sign"}
    assert found.nearness == 1.0


def test_what_no_case_is_near_is_not_said() -> None:
    found = KNOWN.recognise(failing(add="z nan", exp="y nan", log="x nan"), RAN)
    assert found is not None
    assert not found.is_clear
    assert KNOWN.recognise(failing(other="z"), RAN) is None


def test_of_two_that_are_as_near_none_is_said_unless_they_are_one_family() -> None:
    cases = [case("stored", add="a x2"), case("recorded", "edges", add="a x2")]
    alike = failing(add="a x2")
    apart = Recognition(cases, {}).recognise(alike, RAN)
    family = Recognition(cases, {"recorded": "stored"}).recognise(alike, RAN)
    assert apart is not None
    assert not apart.is_clear
    assert family is not None
    assert family.is_clear
    assert family.names == ("stored",)


def test_two_mistakes_at_once_are_named_where_each_shows_alone() -> None:
    found = KNOWN.recognise(failing(exp="d larger where", log="e smaller where"), RAN)
    assert found is not None
    assert set(found.names) == {"exp-input", "log-result"}
    assert found.checks == {"exp": "exp-input", "log": "log-result"}


def test_a_second_mistake_is_named_by_the_checks_that_the_first_never_fails() -> None:
    many = {f"c{number}": f"a{number} b{number}" for number in range(12)}
    first, other = case("first", **many), case("first", "edges", **many, log="z")
    known = Recognition([first, EXP, LOG], {})
    ran = {*many, "exp", "log"}
    found = known.recognise(failing(**many, exp="d larger where"), ran)
    assert found is not None
    assert found.names == ("first", "exp-input")
    assert found.checks["exp"] == "exp-input"
    unlike = known.recognise(failing(**many, exp="y nan"), ran)
    assert unlike is not None
    assert unlike.names == ("first",)
    styles = Recognition([first, other, EXP, LOG], {})
    own = styles.recognise(failing(**many, log="e smaller where"), ran)
    assert own is not None
    assert own.names == ("first",)


def test_checks_that_did_not_run_count_neither_way() -> None:
    found = KNOWN.recognise(failing(add="a x-1 where"), {"add"})
    assert found is not None
    assert found.names == ("sign",)
    assert found.nearness == 1.0


def test_an_answer_that_one_mistake_alone_gives_tells_it_from_less() -> None:
    both = case(
        "sqrt-shifted", sqrt="a b c", golden="d e f g h", large="i j k l m", shared="n o p q"
    )
    known = Recognition([both, case("exp-input", exp="z")], {})
    told = failing(sqrt="a b c", golden="v e", large="w i", shared="x y")
    ran = {"sqrt", "golden", "large", "shared"}
    found = known.recognise(told, ran)
    assert found is not None
    assert TELLING <= found.nearness < NEAR
    assert found.is_telling
    assert found.is_clear
    other = Recognition([both, case("sqrt-without-two", sqrt="a b c", rest="z")], {})
    shared = other.recognise(told, ran)
    assert shared is not None
    assert not shared.is_telling
    assert not shared.is_clear
