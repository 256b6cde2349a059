"""The mail door, open: LMTP for the company's mail server, SMTP for any."""

import asyncio
import logging
import signal
from collections.abc import Mapping

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from tongxin.faces.post.door import LARGEST, Door

_PROTOCOLS: Mapping[str, type[SMTP]] = {"lmtp": LMTP, "smtp": SMTP}
_LEAVING = 4.0

log = logging.getLogger(__name__)


async def serve(places: Mapping[str, tuple[str, int]], ending: asyncio.Event) -> None:
    """Listen at a host and port for each protocol (``lmtp``, ``smtp``) until somebody says to end."""
    doors = {name: Door(by_recipient=name == "lmtp") for name in places}
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(_speaker(name, doors[name]), host, port)
        for name, (host, port) in places.items()
    ]
    await ending.wait()
    for server in servers:
        server.close()
    await asyncio.wait_for(asyncio.gather(*(door.drain() for door in doors.values())), _LEAVING)


def run(places: Mapping[str, tuple[str, int]]) -> None:
    """Serve until SIGTERM."""
    asyncio.run(_until_ended(places))


async def _until_ended(places: Mapping[str, tuple[str, int]]) -> None:
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    await serve(places, ending)


def _speaker(name: str, door: Door):  # type: ignore[no-untyped-def]  # noqa: ANN202 - aiosmtpd has no types
    def speak() -> SMTP:
        return _PROTOCOLS[name](
            door, data_size_limit=LARGEST, enable_SMTPUTF8=True, decode_data=False, ident="Tongxin",
            timeout=120,
        )  # fmt: skip

    return speak
