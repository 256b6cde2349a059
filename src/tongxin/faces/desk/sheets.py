"""A mail's own page, made harmless: shown in a frame that can do nothing, and fetches nothing by itself.

Three walls: what is not on a list is left out; the frame is sandboxed, without scripts, forms or our cookies; and
its policy lets it load nothing from outside, unless somebody asks for the pictures.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

import nh3

NOTHING: Mapping[str, str] = MappingProxyType({})
LONGEST = 500_000  # letters; of a longer page the rest is in the text, and in the mail as it came
DEEPEST, MOST_OPEN = 400, 200_000  # what a cleaner's time grows with, out of all proportion
SANDBOX = (
    "allow-popups allow-popups-to-escape-sandbox"  # so that links open, each in a window of its own
)

_TAGS = {
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_PLACES = {"align", "valign", "width", "height", "bgcolor", "dir", "lang", "style", "title"}
_ATTRIBUTES = {
    "*": _PLACES, "a": {"href"}, "img": {"src", "alt", "border"}, "font": {"color", "size", "face"},
    "table": {"border", "cellpadding", "cellspacing"}, "ol": {"start"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"}, "col": {"span"}, "colgroup": {"span"},
}  # fmt: skip
_STYLES = {
    "color", "background-color", "font-family", "font-size", "font-style", "font-weight", "line-height",
    "text-align", "text-decoration", "vertical-align", "white-space", "width", "height", "max-width",
    "margin", "margin-top", "margin-bottom", "margin-left", "margin-right", "padding", "padding-top",
    "padding-bottom", "padding-left", "padding-right", "border", "border-top", "border-bottom",
    "border-left", "border-right", "border-collapse", "border-radius", "border-color", "list-style-type",
}  # fmt: skip
_DROPPED = {
    "script",
    "style",
    "title",
    "head",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
}
_LINKS, _OUTSIDE = ("http://", "https://", "mailto:", "tel:"), ("http://", "https://")
_WITHIN = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_FROM_OUTSIDE = re.compile(r"""\bsrc\s*+=\s*+["']?+\s*+https?:""", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_ALONE = {
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dd",
    "dt",
}
_FORMATS = {
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
}  # fmt: skip
_PICTURE = re.compile(r'<img(?: [a-z-]+="[^"]*")*>')
_TINY = re.compile(r' (?:width|height)="\s*[0-2](?:px)?\s*"')
_LOOK = (
    "body{margin:12px;background:#fff;color:#1c1c1a;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}blockquote{margin:8px 0 8px 4px;padding-left:12px;border-left:2px solid #c9c7c0}"
    "pre{white-space:pre-wrap}table{max-width:100%}"
)


def is_showable(html: str) -> bool:
    """Whether a page is one that somebody wrote, and not one made to keep a cleaner busy."""
    open_of: dict[str, int] = {}
    depth = formats = opened = 0
    for closing, tag in _TAG.findall(html[:LONGEST]):
        name = tag.lower()
        if name not in _ALONE:
            step = -min(1, open_of.get(name, 0)) if closing else 1
            open_of[name] = open_of.get(name, 0) + step
            depth, formats = depth + step, formats + step * (name in _FORMATS)
        opened += formats  # each element may open anew whatever format was not closed
        if depth > DEEPEST or opened > MOST_OPEN:
            return False
    return True


def sheet(html: str, *, pictures: bool, inside: Mapping[str, str] = NOTHING) -> str:
    """Return a whole page of what is harmless in a mail's; with ``pictures``, those from outside too.

    ``inside`` are addresses of pictures that came along, by what the mail calls them (``cid:``).
    """
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f"<style>{_LOOK}</style></head><body>{_clean(html, pictures, inside)}</body></html>"
    )


def headers(*, pictures: bool, files: str = "") -> Mapping[str, str]:
    """Return what a browser is told of a sheet; ``files`` is below which address our own files are."""
    outside = (f" {files}" if files else "") + (" https: http:" if pictures else "")
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src data:{outside}; form-action 'none'; "
            f"base-uri 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
        ),
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def has_pictures(html: str) -> bool:
    """Whether there may be pictures outside to ask for."""
    return "<img" in html[:LONGEST].lower() and bool(_FROM_OUTSIDE.search(html[:LONGEST]))


def _clean(html: str, pictures: bool, inside: Mapping[str, str]) -> str:
    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            given = _inside(value, inside)
            return given or (value if _is_shown(value, pictures) else None)
        if name == "href":
            return value if value.strip().lower().startswith(_LINKS) else None
        return value

    page = nh3.clean(
        html[:LONGEST], tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_DROPPED,
        attribute_filter=kept, filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "data", "cid"}, url_relative="deny",
        link_rel="noopener noreferrer nofollow", set_tag_attribute_values={"a": {"target": "_blank"}},
    )  # fmt: skip
    return _PICTURE.sub(_without_tracker, page)


def _inside(address: str, inside: Mapping[str, str]) -> str | None:
    """Return where a picture is that the mail brought along."""
    scheme, _colon, name = address.strip().partition(":")
    return inside.get(unquote(name).strip("<> ")) if scheme.lower() == "cid" else None


def _is_shown(address: str, pictures: bool) -> bool:
    given = address.strip()
    return bool(_WITHIN.match(given)) or (pictures and given.lower().startswith(_OUTSIDE))


def _without_tracker(picture: re.Match[str]) -> str:
    """Leave out what is there to be fetched, and not to be seen."""
    return "" if _TINY.search(picture[0]) else picture[0]
