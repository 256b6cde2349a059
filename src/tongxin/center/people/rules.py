"""How domains and tags are written. Pure."""

import re

from tongxin.center.people.values import TagName

_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")
_LONGEST, _LONGEST_TAG = 253, 40


def domain_of(text: str) -> str:
    """Return a domain as it is compared: from ``@Example.COM`` or an address. Raises ValueError."""
    domain = text.strip().lower().removeprefix("https://").removeprefix("http://")
    domain = domain.split("/", 1)[0].rpartition("@")[2].removeprefix("www.").rstrip(".")
    labels = domain.split(".")
    if not len(labels) >= 2 or len(domain) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004
        raise ValueError(text)
    return domain


def tag_of(text: str) -> TagName:
    """Return a tag as it is kept: ``level:gold`` has a group, ``gold`` has none. Raises ValueError."""
    group, colon, name = " ".join(text.split()).replace("：", ":").rpartition(":")
    tag = TagName(group.strip(), name.strip())
    longest = max(len(tag.group), len(tag.name))
    if not tag.name or ":" in tag.group or longest > _LONGEST_TAG or (colon and not tag.group):
        raise ValueError(text)
    return tag
