"""What channels need to speak: many departures side by side, and each service's no in the house's words."""

import logging
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.web import Reply
from tongxin.service.channels.ports import Attachment, Departure, Enclosure, Failure, Receipt

_AGAIN = frozenset({Failure.RATE, Failure.TRANSIENT})
_LONGEST_DETAIL = 300
GONE = frozenset({401, 403, 404, 410})  # how services say that a file is no longer to be had
_ENDS = "\n 。！？；，"

log = logging.getLogger(__name__)


class Undelivered(Exception):
    """A service did not take something: why, in its own words, and when it may be tried again.

    ``taken`` are its names for the parts of the message that it took before.
    """

    def __init__(
        self, failure: Failure, detail: "str | Promise" = "", retry_after: float = 0.0,
        taken: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(failure, detail)
        self.taken = taken
        self.failure = failure
        self.detail = str(detail)[:_LONGEST_DETAIL]
        self.retry_after = retry_after


def each(
    departures: Sequence[Departure], one: Callable[[Departure], Receipt], at_once: int = 8
) -> list[Receipt]:
    """Carry departures out side by side. Undelivered becomes its failure, Unreachable a transient one."""
    if not departures:
        return []
    with ThreadPoolExecutor(min(at_once, len(departures))) as pool:
        going = [pool.submit(copy_context().run, _receipt, d, one) for d in departures]
        return [each_one.result() for each_one in going]


def pieces(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most so many bytes: where a line or a word ends, else between two letters."""
    found = []
    while len(raw := text.encode("utf-8", "replace")) > most:
        fits = len(raw[:most].decode("utf-8", "ignore"))
        at = max(text.rfind(end, fits // 2, fits) for end in _ENDS) + 1 or fits
        found.append(text[:at])
        text = text[at:]
    return [*found, text]


def in_parts(
    departure: Departure, carry: Callable[[Departure, str | Enclosure], str], most_bytes: int = 0
) -> Receipt:
    """Carry files and then the text, each as a message of its own; the last one's id is the receipt's, all its parts.

    A text of more than ``most_bytes``, where a service counts them, goes as several. What the service took before
    it stopped is told with why it did: another time begins behind it, so that nobody gets a part twice.
    """
    parts: list[str | Enclosure] = [*departure.files]
    if departure.text or not parts:
        parts += pieces(departure.text, most_bytes) if most_bytes else [departure.text]
    names = list(departure.taken)
    for part in parts[len(names) :]:
        try:
            names.append(carry(departure, part))
        except (Undelivered, Unreachable) as stopped:
            if not names:
                raise
            raise _half_way(stopped, names, len(parts)) from stopped
    return Receipt(departure.message_id, names[-1], parts=tuple(names))


def _half_way(stopped: Undelivered | Unreachable, names: Sequence[str], many: int) -> Undelivered:
    """Return why the rest stays here, with the names of what does not."""
    if isinstance(stopped, Undelivered):
        failure, why, after = (
            stopped.failure, stopped.detail or stopped.failure.value, stopped.retry_after,
        )  # fmt: skip
    else:
        failure, why, after = Failure.TRANSIENT, str(stopped), 0.0
    told = f"{len(names)} of {many} parts were taken, then: {why}"
    return Undelivered(failure, told, after, taken=tuple(names))


@contextmanager
def asking() -> Iterator[None]:
    """Tell whoever enters settings what the service says to them: raises Refused (``inbox.*``)."""
    try:
        yield
    except Undelivered as stopped:
        detail = stopped.detail or stopped.failure.value
        if stopped.failure in _AGAIN:
            raise _unreached(detail) from stopped
        said = _("The service does not accept these settings: {detail}")
        raise Refused("inbox.not_accepted", format_lazy(said, detail=detail)) from stopped
    except Unreachable as stopped:
        raise _unreached(str(stopped)) from stopped


def looked_up(ask: Callable[[], dict[str, Any]], unknown: Container[str]) -> dict[str, Any]:
    """Return what a service says of somebody; nothing where its code says that it knows nobody of that name.

    Raises Refused (``inbox.*``).
    """
    with asking():
        try:
            return ask()
        except Undelivered as stopped:
            if stopped.detail.partition(" ")[0] in unknown:
                return {}
            raise


@contextmanager
def fetching() -> Iterator[None]:
    """Tell that a file is not to be had: raises Refused (``file.missing``), unless it may be later."""
    try:
        yield
    except Undelivered as stopped:
        if stopped.failure in _AGAIN:
            raise Unreachable(stopped.detail or stopped.failure.value) from stopped
        raise missing() from stopped


def fetched(reply: Reply, name: str = "", gone: Container[int] = GONE) -> Attachment:
    """Return the file a service answered with. Raises Refused (``file.missing``) where it is ``gone``, Unreachable."""
    if reply.status in gone:
        raise missing()
    if not reply.is_good:
        raise Unreachable(f"status {reply.status}")
    return Attachment(name, reply.headers.get("content-type", ""), reply.body)


def address_of_file(file: Enclosure, lasts: timedelta) -> str:
    """Return where a service gets a file from for so long. Raises Undelivered where the house is not public."""
    if not (address := file.address(lasts)):
        raise Undelivered(Failure.MEDIA, "this house has no public address (TONGXIN_ADDRESS)")
    return address


def house_picture() -> str:
    """Return the address of the house's own picture, for services that want one where a file has none."""
    return f"{settings.ADDRESS}{settings.STATIC_URL}app-512.png"


def missing() -> Refused:
    """Return the refusal of a file that the service no longer has, or that is too large."""
    return Refused("file.missing", _("The service no longer has this file."), Reason.MISSING)


def _unreached(detail: str) -> Refused:
    told = format_lazy(_("The service cannot be reached: {detail}"), detail=detail)
    return Refused("inbox.unreachable", told)


def _receipt(departure: Departure, one: Callable[[Departure], Receipt]) -> Receipt:
    try:
        return one(departure)
    except Undelivered as stopped:
        failed = _failed(departure, stopped.failure, stopped.detail, stopped.retry_after)
        return replace(failed, parts=stopped.taken)
    except Unreachable as stopped:
        return _failed(departure, Failure.TRANSIENT, str(stopped)[:_LONGEST_DETAIL])
    except Exception:  # one that breaks must not hide what became of the others
        log.exception("message %s could not be carried out", departure.message_id)
        return _failed(departure, Failure.TRANSIENT, "the channel broke")


def _failed(departure: Departure, failure: Failure, detail: str, after: float = 0.0) -> Receipt:
    return Receipt(departure.message_id, error=failure, retry_after=after, detail=detail)
