"""What a mail server found out about a mail's sender, read from its header ``Authentication-Results`` (RFC 8601)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

METHODS = ("spf", "dkim", "dmarc")
_LONGEST, _MOST = 2000, 20
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s?(?:/\s?\d+\s?)?=\s?([a-z]{1,20})\b", re.IGNORECASE)
_PASSED, _FAILED = "pass", {"fail", "softfail", "permerror", "policy"}


@dataclass(frozen=True)
class Checked:
    """Who checked, what passed (``spf``, ``dkim``, ``dmarc``), and what failed; what was not checked is in neither."""

    by: str = ""
    passed: Sequence[str] = ()
    failed: Sequence[str] = ()


def checked_by(said: Sequence[str]) -> Checked:
    """Return what the server whose header stands at the top found; below it, anybody may have written.

    Of several signatures one that passes is enough.
    """
    by = _server(said[0]) if said else ""
    found: dict[str, set[str]] = {}
    for line in said[:_MOST]:
        if _server(line) != by:
            break
        for method, result in _results(line):
            found.setdefault(method, set()).add(result)
    passed = [method for method in METHODS if _PASSED in found.get(method, ())]
    failed = [m for m in METHODS if m not in passed and found.get(m, set()) & _FAILED]
    return Checked(by, passed, failed)


def _server(line: str) -> str:
    words = line[:_LONGEST].partition(";")[0].split()
    return words[0][:100].lower() if words else ""


def _results(line: str) -> Iterator[tuple[str, str]]:
    for part in _COMMENT.sub(" ", line[:_LONGEST]).split(";")[1:]:
        if found := _RESULT.match(part):
            yield found[1].lower(), found[2].lower()
