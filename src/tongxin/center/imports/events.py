from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class ImportFact(Fact):
    """Something about a table of people."""

    import_id: int


@dataclass(frozen=True, kw_only=True)
class ImportOpened(ImportFact):
    """A table of people was given to us; nothing is done with it yet."""

    kind: ClassVar[str] = "import.opened"
    name: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class ImportChecked(ImportFact):
    """A member said what the columns of a table mean; it is gone through without writing."""

    kind: ClassVar[str] = "import.checked"


@dataclass(frozen=True, kw_only=True)
class ImportBegun(ImportFact):
    """The people of a table are being taken in."""

    kind: ClassVar[str] = "import.begun"
    rows: int


@dataclass(frozen=True, kw_only=True)
class ImportEnded(ImportFact):
    """The people of a table are in, or it was cancelled; ``failed`` rows could not be taken."""

    kind: ClassVar[str] = "import.ended"
    state: str
    made: int
    updated: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class ImportUndoing(ImportFact):
    """A member wants an import undone."""

    kind: ClassVar[str] = "import.undoing"


@dataclass(frozen=True, kw_only=True)
class ImportUndone(ImportFact):
    """What an import did is undone; ``kept`` rows could not be, or not wholly."""

    kind: ClassVar[str] = "import.undone"
    state: str
    undone: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class ImportDiscarded(ImportFact):
    """A table of people was thrown away; whom it brought in stays."""

    kind: ClassVar[str] = "import.discarded"
    name: str
