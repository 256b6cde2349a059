"""How domains are written. Pure."""

import re

_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")
_LONGEST = 253


def domain_of(text: str) -> str:
    """Return a domain as it is compared: from ``@Example.COM`` or an address. Raises ValueError."""
    domain = text.strip().lower().removeprefix("https://").removeprefix("http://")
    domain = domain.split("/", 1)[0].rpartition("@")[2].removeprefix("www.").rstrip(".")
    labels = domain.split(".")
    if not len(labels) >= 2 or len(domain) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004
        raise ValueError(text)
    return domain
