"""What a message of Slack says in plain words, and how plain words are said there.

What people typed comes with its form apart from it (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block);
``text`` has the same with Slack's own marks, which nobody draws but Slack.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>|]*))?>")
_LONGEST_CHARACTER = 10  # code points of one emoji
_LAST = 0x10FFFF


def escaped(text: str) -> str:
    """Return plain words as ``text`` has them."""
    for plain, code in _ESCAPES:
        text = text.replace(plain, code)
    return text


def formed(text: str, link: str, button: str) -> dict[str, Any]:
    """Return a block in which nothing of a name means more than its letters, and maybe a link."""
    said: list[dict[str, Any]] = [{"type": "text", "text": f"{text}\n" if link else text}]
    if link:
        said.append({"type": "link", "url": link, "text": button or link})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": said}]}


def words_of(text: str, blocks: Sequence[Any]) -> str:
    """Return what people read: where a link leads stands behind its words, emoji are what they show."""
    found = [block for block in blocks if _kind(block) == "rich_text"]
    is_typed = bool(found) and len(found) == len(blocks)
    said = [_part(part) for block in found for part in _inside(block)] if is_typed else []
    return "\n".join(said).strip("\n") or _unescaped(text)


def _part(part: Any) -> str:  # noqa: ANN401 - what a service says
    """Return a paragraph, a quote, code, or a list with its items."""
    if _kind(part) == "rich_text_list":
        is_ordered = part.get("style") == "ordered"
        items = enumerate(_inside(part), start=1)
        return "\n".join(f"{n}. {_line(i)}" if is_ordered else f"- {_line(i)}" for n, i in items)
    said = _line(part)
    if _kind(part) == "rich_text_quote":
        return "\n".join(f"> {line}" for line in said.split("\n"))
    return said.removesuffix("\n")


def _line(part: Any) -> str:  # noqa: ANN401 - what a service says
    return "".join(map(_piece, _inside(part)))


def _piece(piece: Any) -> str:  # noqa: ANN401 - what a service says
    kind = _kind(piece)
    if kind == "link":
        return _lead(_text(piece, "text"), _text(piece, "url"))
    if kind == "emoji":
        return _emoji(_text(piece, "name"), _text(piece, "unicode"))
    name = {"user": "user_id", "broadcast": "range", "usergroup": "usergroup_id"}.get(kind)
    if name:
        return f"@{_text(piece, name)}"
    return _text(piece, "text") or _text(piece, "fallback")


def _emoji(name: str, code: str) -> str:
    """Return the character; a team's own emoji has none, but a name."""
    points = code.split("-")[:_LONGEST_CHARACTER]
    if all(re.fullmatch(r"[0-9a-f]{1,6}", point) and int(point, 16) <= _LAST for point in points):
        return "".join(chr(int(point, 16)) for point in points)
    return f":{name}:"


def _lead(words: str, url: str) -> str:
    """Return a link's words and where it leads, unless its words say so; who or what is named leads nowhere."""
    bare = url.removeprefix("mailto:").removeprefix("tel:")
    if bare.startswith(("@", "#", "!")):
        return words or bare
    is_said = not words or bare.rstrip("/").endswith(words.rstrip("/"))
    return bare if is_said else f"{words} ({bare})"


def _unescaped(text: str) -> str:
    text = _LINK.sub(lambda found: _lead(found[2] or "", found[1]), text)
    for plain, code in reversed(_ESCAPES):
        text = text.replace(code, plain)
    return text


def _kind(said: Any) -> str:  # noqa: ANN401 - what a service says
    return _text(said, "type") if isinstance(said, Mapping) else ""


def _inside(said: Any) -> Sequence[Any]:  # noqa: ANN401 - what a service says
    found = said.get("elements") if isinstance(said, Mapping) else None
    return found if isinstance(found, list) else ()


def _text(said: Any, name: str) -> str:  # noqa: ANN401 - what a service says
    found = said.get(name) if isinstance(said, Mapping) else None
    return found if isinstance(found, str) else ""
