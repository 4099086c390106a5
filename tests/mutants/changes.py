"""The functions in which two versions of a module differ."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

FEW = 3  # functions that use a helper: with more of them none is to be named


def find_changed(before: str, after: str) -> list[str]:
    """Return the functions that differ; of a private helper also the few that use it."""
    old, new = _read_definitions(before), _read_definitions(after)
    changed = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    users = [user for name in changed if _is_private(name) for user in _find_users(name, new)]
    return list(dict.fromkeys([*changed, *users]))


@lru_cache(maxsize=2)
def _read_definitions(source: str) -> dict[str, str]:
    """Return every function, method and assigned name, as text without its docstring."""
    lines, found = source.splitlines(), {}
    for node in ast.parse(source).body:
        owner, body = (
            (f"{node.name}.", node.body) if isinstance(node, ast.ClassDef) else ("", [node])
        )
        found |= {f"{owner}{name}": text for name, text in _name_texts(body, lines)}
    return found


def _name_texts(body: Sequence[ast.stmt], lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        end = node.end_lineno or node.lineno
        if isinstance(node, ast.FunctionDef):
            start = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
            yield node.name, "\n".join([ast.dump(node.args), *lines[start or 0 : end]])
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield ast.unparse(target), "\n".join(lines[node.lineno - 1 : end])


def _is_private(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.isupper() or (last.startswith("_") and not last.endswith("__"))


def _find_users(name: str, definitions: dict[str, str]) -> list[str]:
    """Return the functions that mention `name`, if they are few."""
    word = re.compile(rf"\b{name.rpartition('.')[2]}\b")
    users = [other for other, text in definitions.items() if other != name and word.search(text)]
    return users if len(users) <= FEW else []
