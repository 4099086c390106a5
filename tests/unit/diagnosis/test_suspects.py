"""What a failed check points at first, by the checks around it."""

from autograder.diagnosis.suspects import order_places

PLACES = {
    "add": ["add", "backward"],
    "mul": ["mul", "backward"],
    "exp": ["exp", "mul", "backward"],
    "diamond": ["backward", "add", "mul"],
    "gradcheck": ["gradcheck", "backward"],
}


def firsts(*failed: str) -> dict[str, str]:
    ordered = order_places(PLACES, failed, PLACES.keys() - set(failed))
    return {check: names[0] for check, names in ordered.items()}


def test_a_check_alone_points_at_what_it_is_about() -> None:
    assert firsts("exp") == {"exp": "exp"}
    assert firsts("diamond") == {"diamond": "backward"}


def test_a_function_whose_own_check_fails_comes_first_where_it_is_used() -> None:
    assert firsts("mul", "exp", "diamond") == {"mul": "mul", "exp": "mul", "diamond": "mul"}


def test_what_all_failures_share_comes_first() -> None:
    assert set(firsts(*PLACES).values()) == {"backward"}


def test_a_function_is_no_suspect_while_its_own_checks_pass() -> None:
    assert firsts("add", "gradcheck") == {"add": "add", "gradcheck": "gradcheck"}


def test_the_rest_keeps_its_order() -> None:
    ordered = order_places(PLACES, ["mul", "diamond"], ["add", "exp"])
    assert ordered["diamond"] == ["mul", "backward", "add"]


def test_a_check_may_point_nowhere() -> None:
    assert order_places({"a": [], "b": ["x"]}, ["a", "b"], []) == {"a": [], "b": ["x"]}
