"""HTML cut into texts, beginnings and ends of elements, as they come: no tree, no end looked for twice."""

import re
from collections.abc import Iterator

MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
ATTRIBUTE = re.compile(
    r"""\b(id|class|style|href)\s*=\s*(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'>]{1,2000}))""",
    re.IGNORECASE,
)
LONGEST_TAG = 20_000  # letters of a tag whose attributes are read
LONGEST_QUOTED = 5000  # letters of a tag beyond which a quote in it was never closed


def tokens(page: str) -> Iterator[tuple[str, str]]:
    """Yield texts, beginnings (by name) and ends of elements; no end is looked for twice."""
    at = after = 0
    lacks: set[str] = set()
    while here := MARKUP.search(page, after):
        after, token = _markup(page, here.start(), lacks)
        if after == here.start():
            after += 1
            continue
        if here.start() > at:
            yield "text", page[at : here.start()]
        if token:
            yield token
        at = after
    if at < len(page):
        yield "text", page[at:]


def _markup(page: str, here: int, lacks: set[str]) -> tuple[int, tuple[str, str] | None]:
    """Return where markup at this place ends (or this place, if it is none) and what it is."""
    if page.startswith("<!--", here):
        end = _find(page, "-->", here + 4, lacks)
        return (end + 3 if end >= 0 else here + 4), None
    name = TAG_NAME.match(page, here)
    if not name and page[here + 1 : here + 2] not in ("!", "?"):
        return here, None
    end = _find(page, ">", here + 1, lacks)
    if end < 0:
        return (len(page) if name is None else here), None
    if not name:
        return end + 1, None
    end = _beyond_quotes(page, here, end, lacks)
    if page[here + 1] == "/":
        return end + 1, ("end", name[1].lower())
    return _beyond_raw(page, name[1].lower(), end + 1, lacks), (
        name[1].lower(),
        page[here : end + 1],
    )


def _beyond_quotes(page: str, here: int, end: int, lacks: set[str]) -> int:
    """Return the end of a tag that has a ``>`` in one of its values."""
    for _ in range(3):
        if page.count('"', here, end) % 2 == 0:
            return end
        further = _find(page, ">", end + 1, lacks)
        if further < 0 or further - here > LONGEST_QUOTED:
            return end
        end = further
    return end


def _beyond_raw(page: str, name: str, at: int, lacks: set[str]) -> int:
    """Return the place of the end tag of a script or style, whose content is no markup."""
    if name not in ("script", "style"):
        return at
    end = _find(page, f"</{name}", at, lacks)
    if end < 0:
        end = _find(page, f"</{name.upper()}", at, lacks)
    return max(end, at)


def _find(page: str, what: str, at: int, lacks: set[str]) -> int:
    """Find, but never again what is not there."""
    if what in lacks:
        return -1
    found = page.find(what, at)
    if found < 0:
        lacks.add(what)
    return found


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag that we go by, by name."""
    found = ATTRIBUTE.findall(tag[:LONGEST_TAG])
    return {name.lower(): quoted or single or bare for name, quoted, single, bare in found}
