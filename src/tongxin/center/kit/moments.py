"""Points in time as they come from outside: with their offset, and within what a database holds."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time", "not a time that can be kept") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
