"""Markdown of a notebook as HTML in which nothing runs: for nbgrader's feedback and formgrader.

Their templates put what a student wrote into the page as it is, whatever `sanitize_html` says.
"""

import html
import re
from functools import cache
from typing import Any

import bleach  # nbconvert requires it
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter

TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul", "var",
})  # fmt: skip
LINK = re.compile(r"https?://|mailto:|#")
# An SVG within an img runs nothing and loads nothing.
IMAGE = re.compile(r"https?://|data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,|[^:]*\Z")
OF_CODE = re.compile(r" ?highlight hl-[\w+-]+|[a-z][a-z0-9]{0,2}")  # as Pygments writes them
PLAIN = {"a": ("title",), "abbr": ("title",), "img": ("alt", "height", "title", "width")}
STYLED = ("td", "th")  # a column's side
PROTOCOLS = ("http", "https", "mailto", "data")
STYLES = CSSSanitizer(allowed_css_properties=["text-align"])


@pass_context
def render_markdown(context: Context, source: str) -> str:
    """Return Markdown as HTML of which every tag and attribute is in the lists above."""
    try:
        return sanitize(_exporter().markdown2html(context, source))
    except RecursionError:  # what is nested a thousand deep
        return f"<pre>{html.escape(source)}</pre>"


def sanitize(page: str) -> str:
    """Return `page` with what may run, or pass for the page around it, shown as text."""
    shown: str = bleach.clean(
        page, tags=TAGS, attributes=_is_allowed, protocols=PROTOCOLS, css_sanitizer=STYLES
    )
    return shown


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay: no names for scripts, no style but a column's side."""
    if name == "class":
        return OF_CODE.fullmatch(value) is not None
    if (tag, name) == ("a", "href"):
        return LINK.match(value) is not None
    if (tag, name) == ("img", "src"):
        return IMAGE.match(value) is not None
    return name in PLAIN.get(tag, ()) or (name == "style" and tag in STYLED)


@cache
def _exporter() -> Any:
    return HTMLExporter(exclude_anchor_links=True)
