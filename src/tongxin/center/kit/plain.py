"""Markdown in, the words alone out: as it reads where nothing can be bold."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from tongxin.center.kit.richtext import reader

_MARKS = re.compile(r"[*_`~\\]|\]\(|^ {0,3}#", re.MULTILINE)
_HEADING = re.compile(r"^[\s>]*#{1,6}\s+(?=\S)")
_FENCE = re.compile(r"^[\s>]*(`{3,}|~{3,})")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#.-]*")


def to_text(markdown: str) -> str:
    """Return what a person wrote without its marks; where a link leads stands behind its words.

    Lines, lists, quotes and tables stay as they were typed, and so do stars within words, as in 3*4*5.
    """
    if not _MARKS.search(markdown):  # most answers end here
        return markdown
    lines: list[str | None] = list(markdown.split("\n"))
    for token in reader().parse(markdown):
        if token.type == "fence" and token.map:
            _open_fence(lines, *token.map)
        elif token.type == "inline" and token.map:
            _put_words(lines, token, token.map[0])
    said = "\n".join(line for line in lines if line is not None)
    return said if said.strip() else markdown


def _put_words(lines: list[str | None], token: Token, begin: int) -> None:
    """Put the words of a paragraph in the places of its lines, behind what marks them as an item or a quote."""
    words = _words(token.children or ()).split("\n")
    typed = token.content.split("\n")
    if len(words) < len(typed):  # code that went over several lines is one line
        words += [""] * (len(typed) - len(words))
    for number, (was, said) in enumerate(zip(typed, words, strict=True), begin):
        line = lines[number] or ""
        place = line.rfind(was.strip())
        if place >= 0:
            lines[number] = _HEADING.sub("", line[:place] + said)


def _open_fence(lines: list[str | None], begin: int, end: int) -> None:
    """Leave out the lines around code, and the name of its language."""
    for number in {begin, end - 1}:
        line = lines[number] or ""
        if _FENCE.match(line):
            rest = _FENCE.sub("", line).strip()
            lines[number] = None if _LANGUAGE.fullmatch(rest) else rest


def _words(children: Sequence[Token]) -> str:
    said: list[str] = []
    linked: list[tuple[str, int]] = []
    for number, token in enumerate(children):
        if token.type == "link_open":
            linked.append((str(token.attrGet("href") or ""), len(said)))
        elif token.type == "link_close":
            href, since = linked.pop()
            said.append("" if token.info == "auto" else _lead(href, since, said))
        else:
            said.append(_word(children, number))
    return "".join(said)


def _word(children: Sequence[Token], number: int) -> str:
    token = children[number]
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type in {"em_open", "em_close"}:
        return token.markup if _is_within_word(children, number) else ""
    return token.content


def _lead(href: str, since: int, said: Sequence[str]) -> str:
    """Return where a link leads, unless its words say so."""
    words = "".join(said[since:]).rstrip("/")
    bare = href.removeprefix("mailto:").removeprefix("tel:").rstrip("/")
    return "" if not href or bare.endswith(words) else f" ({href})"


def _is_within_word(children: Sequence[Token], number: int) -> bool:
    """Whether a star stands between letters or digits: it rather multiplies than stresses."""
    opens = children[number].type == "em_open"
    beside = number - 1 if opens else number + 1
    if not 0 <= beside < len(children) or not children[beside].content:
        return False
    letter = children[beside].content[-1 if opens else 0]
    return letter.isascii() and letter.isalnum()
