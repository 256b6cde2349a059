"""Long answers in pages: a cursor says where the last page ended, whatever is added meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, TypeVar

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from tongxin.center.kit.ids import internal_id, public_id
from tongxin.center.kit.refusals import Refused

Row = TypeVar("Row")
MOST = 100
Limit = Annotated[int, Field(ge=1, le=MOST)]

_CURSOR = "cur"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, and the cursor that continues after them (null at the end)."""

    items: Sequence[Row]
    next_cursor: str | None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Kept:
    """A row that is looked at all day: whoever draws or writes it may keep what they made of it.

    Two are alike where all their fields are; the ``id`` tells nearly all apart, and is quick.
    """

    id: int

    def __hash__(self) -> int:
        return self.id

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self.__dict__ == other.__dict__)


def page(found: Sequence[Row], limit: int, place: Callable[[Row], tuple[int, ...]]) -> Page[Row]:
    """Return a page of the first ``limit`` rows; one row more than that shows that there are more."""
    more = len(found) > limit
    return Page(found[:limit], write_cursor(place(found[limit - 1])) if more else None)


def write_cursor(place: tuple[int, ...]) -> str:
    """Return a place in a list as the outside keeps it."""
    return ".".join(public_id(_CURSOR, number) for number in place)


def read_cursor(cursor: str, length: int) -> tuple[int, ...]:
    """Return the place behind a cursor. Raises Refused: ``cursor.invalid``."""
    try:
        place = tuple(internal_id(_CURSOR, part) for part in cursor.split("."))
    except ValueError:
        place = ()
    if len(place) != length:
        raise Refused("cursor.invalid", _("This is not a cursor of this list."))
    return place


def number_of(at: datetime) -> int:
    """Return a time as a place in a list: microseconds since 1970."""
    return max(0, (at - _EPOCH) // _MICROSECOND)


def time_of(number: int) -> datetime:
    """Return the time behind such a number. Raises Refused: ``cursor.invalid``."""
    try:
        return _EPOCH + timedelta(microseconds=number)
    except OverflowError:
        raise Refused("cursor.invalid", _("This is not a cursor of this list.")) from None
