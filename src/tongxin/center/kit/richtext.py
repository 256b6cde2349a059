"""Markdown in, harmless HTML out."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def to_html(markdown: str) -> str:
    """Render what a person wrote. Raw HTML in it stays text; pictures come as files only."""
    return nh3.clean(
        reader("table").render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


@cache
def reader(*more: str) -> MarkdownIt:
    """Return what reads Markdown as it is written at the desk, with these rules beside the usual ones."""
    options = {"html": False, "linkify": True, "breaks": True}
    rules = ["linkify", "strikethrough", *more]
    return MarkdownIt("commonmark", options).enable(rules).disable("image")
