"""TwiML, written: verbs inside of verbs. Nothing that anybody said becomes a tag."""

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
# What XML 1.0 has no place for, however it is written.
_NEVER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Verb:
    """One verb: its name, its attributes (empty ones are left out), and what is inside."""

    name: str
    attributes: dict[str, str | int] = field(default_factory=dict)
    inside: tuple["Verb", ...] = ()
    text: str = ""

    def __str__(self) -> str:
        said = "".join(
            f" {name}={quoteattr(_legal(str(value)))}"
            for name, value in self.attributes.items()
            if value != ""
        )
        within = "".join(map(str, self.inside)) + escape(_legal(self.text))
        return f"<{self.name}{said}>{within}</{self.name}>" if within else f"<{self.name}{said}/>"


def document(*verbs: Verb) -> bytes:
    """Return the whole answer."""
    return f"{_HEAD}<Response>{''.join(map(str, verbs))}</Response>".encode()


def _legal(text: str) -> str:
    return _NEVER.sub("", text)
