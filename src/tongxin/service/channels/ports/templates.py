"""What a vendor lets us write where we may not write freely: texts that it has approved, with holes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Template:
    """A text that a vendor has approved; ``{{name}}`` stands in it, once or more, for each of ``holes``.

    ``key`` is the vendor's own name for it, ``name`` what people call it ("" where that is the same), and
    ``language`` as the vendor writes it ("" where it has none). ``details`` are what ``fill`` wants besides.
    """

    key: str
    text: str
    language: str = ""
    name: str = ""
    holes: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def said(self, values: Mapping[str, str]) -> str:
        """Return the text as it is read. A value is never looked through for further holes."""
        if not self.holes:
            return self.text
        names = "|".join(re.escape(hole) for hole in self.holes)
        return re.sub(rf"\{{\{{({names})\}}\}}", lambda found: values[found[1]], self.text)
