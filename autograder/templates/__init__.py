"""The texts that the kit writes for others: pages, guides, scripts, settings; a file for each.

A name that ends in ``.j2`` is a Jinja template. What goes into one that ends in ``.html.j2`` is
escaped, tags and all that cannot be seen, since names and messages come from submissions.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from autograder.words import escape_lines


def text(name: str) -> str:
    """Return a file of this folder as it is."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def render(name: str, /, **values: Any) -> str:
    """Return a template with `values` in it, without its last line break.

    Raises
    ------
    jinja2.UndefinedError
        Where the template asks for a value that is not given.
    """
    return _environment().get_template(name).render(values)


def hash_source(content: str) -> str:
    """Return the source expression of a policy that allows `content` and nothing else."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(text),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        undefined=jinja2.StrictUndefined,
        finalize=_show,
    )


@jinja2.pass_eval_context
def _show(context: jinja2.nodes.EvalContext, value: object) -> object:
    is_foreign = isinstance(value, str) and not isinstance(value, Markup) and context.autoescape
    return escape_lines(value) if is_foreign else value  # type: ignore[arg-type]
