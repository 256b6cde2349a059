"""HTML to text that reads well: paragraphs, lists, links, and quotes marked as plain text marks them.

Tags are taken as they come, one by one; no tree is built, as trees of hostile HTML grow out of all
proportion (HTML's own rules for unclosed ``<b>`` make a page of its square). So time and memory are linear.
"""

import re
from collections.abc import Callable
from html import unescape

from tongxin.plugins.channel_email.mime.html_tokens import attributes, tokens

BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
TOO_LONG = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "includetail",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "sign",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
SPACED = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre")
)
UNSEEN = frozenset(("head", "script", "style", "title", "template"))
QUOTE_BEGINS = re.compile(
    r"\b(?:divrplyfwdmsg|appendonsend|yahoo_?quoted|protonmail_quote|zmail_extra|tutanota_quote|isreplycontent"
    r"|__aliyun_previous_quote|reply-?intro|original-?content|mail_?quote)"
)
SIGNATURE_BEGINS = re.compile(
    r"\b(?:gmail_signature|moz-signature|applemailsignature|ms-outlook-mobile-signature|protonmail_signature_block"
    r"|yahoo-signature|__aliyun_signature|ntes_signature|mail-signature|signature)\b"
)
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
ORIGINAL, SIGNATURE, RULE = "-----Original Message-----", "-- ", "-----"
DEEPEST_QUOTE, MOST_LINKS, LONGEST_LINK = 6, 500, 300
LONGEST = 4_000_000  # letters of HTML that are made text


def text_of(html: str) -> str:
    """Return the text of an HTML page; all of it where parts that are hidden would leave nothing."""
    page = html[:LONGEST]
    reading = _Reading(skip_hidden=True)
    text = reading.read(page)
    return text if text or not reading.has_hidden else _Reading(skip_hidden=False).read(page)


class _Reading:
    """One walk over a page."""

    def __init__(self, *, skip_hidden: bool) -> None:
        self.skip_hidden = skip_hidden
        self.rows: list[str] = []
        self.row: list[str] = []
        self.quotes = self.lists = self.pre = self.links = 0
        self.numbers: list[int] = []
        self.hidden, self.hidden_depth = "", 0
        self.href = ""
        self.said_original = self.has_hidden = False

    def read(self, page: str) -> str:
        for kind, content in tokens(page):
            if kind == "text":
                self._text(content)
            elif kind == "end":
                self._end(content)
            else:
                self._begin(kind, content)
        self._break()
        return _tidy(self.rows)

    def _text(self, content: str) -> None:
        if self.hidden:
            return
        text = _unescaped(content)
        if self.pre:
            first, *rest = text.split("\n")
            self.row.append(first)
            if rest:
                self._break(keep=True)
                self.rows += [self._quote() + line for line in rest[:-1]]
                self.row.append(rest[-1])
            return
        text = BLANKS.sub(" ", text)
        if text != " " or self.row:
            self.row.append(text)

    def _begin(self, name: str, tag: str) -> None:
        if self.hidden:
            self.hidden_depth += name == self.hidden
            return
        told = attributes(tag) if "=" in tag else {}
        if name in UNSEEN or (told and self._hides(name, told)):
            self.hidden, self.hidden_depth = ("", 0) if tag.endswith("/>") else (name, 1)
            return
        if name in BLOCKS or name == "br":
            self._break(keep=name == "br", spaced=name in SPACED)
        if told or name in MARKING:
            self._mark(f"{told.get('id', '')} {told.get('class', '')}".lower(), name)
        if name in BEGINNINGS:
            BEGINNINGS[name](self, told)

    def _hides(self, name: str, told: dict[str, str]) -> bool:
        if not self.skip_hidden or name not in HIDEABLE or not HIDDEN.search(told.get("style", "")):
            return False
        self.has_hidden = True
        return True

    def _end(self, name: str) -> None:
        if self.hidden:
            self.hidden_depth -= name == self.hidden
            self.hidden = self.hidden if self.hidden_depth else ""
            return
        if name in BLOCKS:
            self._break(spaced=name in SPACED)
        if name in ENDS:
            ENDS[name](self)

    def _mark(self, names: str, tag: str) -> None:
        """Write down what a name says that the text does not: here begins an original, or a signature."""
        if tag == "sign" or (names != " " and SIGNATURE_BEGINS.search(names)):
            self._break()
            if not self.rows or self.rows[-1].strip() not in ("--", SIGNATURE.strip()):
                self._row(SIGNATURE)
        elif (
            (tag == "includetail" or QUOTE_BEGINS.search(names))
            and tag != "blockquote"
            and not self.said_original
        ):
            self.said_original = True
            self._break()
            self._row(ORIGINAL)

    def begin_blockquote(self, _told: dict[str, str]) -> None:
        self.quotes += 1

    def end_blockquote(self) -> None:
        self.quotes = max(0, self.quotes - 1)

    def begin_ul(self, _told: dict[str, str]) -> None:
        self.numbers.append(-1)

    def begin_ol(self, _told: dict[str, str]) -> None:
        self.numbers.append(0)

    def end_list(self) -> None:
        if self.numbers:
            self.numbers.pop()

    def begin_li(self, _told: dict[str, str]) -> None:
        if self.numbers and self.numbers[-1] >= 0:
            self.numbers[-1] += 1
            self.row.append(f"{self.numbers[-1]}. ")
        else:
            self.row.append("- ")

    def begin_td(self, _told: dict[str, str]) -> None:
        if self.row:
            self.row.append(" ")

    def begin_hr(self, _told: dict[str, str]) -> None:
        self._row(RULE)

    def begin_pre(self, _told: dict[str, str]) -> None:
        self.pre += 1

    def end_pre(self) -> None:
        self.pre = max(0, self.pre - 1)

    def begin_a(self, told: dict[str, str]) -> None:
        self.href = _unescaped(told.get("href", "")).strip()

    def end_a(self) -> None:
        href, self.href = self.href, ""
        if not href.lower().startswith(("http://", "https://")) or len(href) > LONGEST_LINK:
            return
        said = "".join(self.row[-1:])
        if (
            said.strip()
            and href.rstrip("/") not in said
            and said.strip() not in href
            and self.links < MOST_LINKS
        ):
            self.links += 1
            self.row.append(f" <{href}>")

    def _break(self, *, keep: bool = False, spaced: bool = False) -> None:
        """End the line; a blank one stays where it is meant, and once."""
        if not self.row and not keep and not (spaced and self.rows):
            return
        row = "".join(self.row)
        self.row = []
        if row.strip() or keep:
            self._row(row if self.pre else row.strip(" "))
        if spaced and self.rows and self.rows[-1].strip("> "):
            self._row("")

    def _row(self, row: str) -> None:
        self.rows.append(self._quote() + row)

    def _quote(self) -> str:
        return "> " * min(self.quotes, DEEPEST_QUOTE)


HIDEABLE = frozenset(("div", "span", "p", "td", "tr", "table", "font", "ul", "section", "center"))
MARKING = frozenset(("sign", "includetail"))
BEGINNINGS: dict[str, Callable[[_Reading, dict[str, str]], None]] = {
    "blockquote": _Reading.begin_blockquote,
    "ul": _Reading.begin_ul,
    "ol": _Reading.begin_ol,
    "li": _Reading.begin_li,
    "td": _Reading.begin_td,
    "th": _Reading.begin_td,
    "hr": _Reading.begin_hr,
    "pre": _Reading.begin_pre,
    "a": _Reading.begin_a,
}
ENDS: dict[str, Callable[[_Reading], None]] = {
    "blockquote": _Reading.end_blockquote,
    "ul": _Reading.end_list,
    "ol": _Reading.end_list,
    "pre": _Reading.end_pre,
    "a": _Reading.end_a,
}


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return unescape(TOO_LONG.sub("\ufffd", text))


def _tidy(rows: list[str]) -> str:
    """Join lines, with no more than one blank in a row, and none at both ends."""
    kept: list[str] = []
    for row in rows:
        if row.strip("> ") or (kept and kept[-1].strip("> ")):
            kept.append(row if row == SIGNATURE else row.rstrip())
    return "\n".join(kept).strip("\n")
