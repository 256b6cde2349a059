"""Ask the house, as Twilio does: a form, signed by the account's token."""

import asyncio
import logging
from collections.abc import Mapping
from urllib.parse import urlencode

from tongxin.plugins.channel_phone.gateway.verbs import LONGEST
from tongxin.sdk import Account, Unreachable, Web

_PAUSES = (0.5, 1.5)  # seconds before it is asked again, while somebody holds the line
_LONG_PAUSES = (1, 5, 30, 60, 300)
_SECONDS = 15.0  # the house has as long to answer
_BROKEN = 500

log = logging.getLogger(__name__)


class Asking:
    """Whoever asks: an account, by its name and its token."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        self.account_sid = account_sid
        self._account = Account({"account_sid": account_sid, "auth_token": auth_token}, {})

    async def ask(self, url: str, form: Mapping[str, str], *, waits: bool = True) -> bytes | None:
        """Return what the house answers; None where it does not, though it was asked again."""
        for pause in (*(_PAUSES if waits else _LONG_PAUSES), None):
            body = await asyncio.to_thread(self._asked, url, form)
            if body is not None or pause is None:
                return body
            await asyncio.sleep(pause)
        return None

    def _asked(self, url: str, form: Mapping[str, str]) -> bytes | None:
        body = urlencode(form).encode()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": self._account.signature(url, body),
        }
        try:
            reply = Web("").post(url, body=body, headers=headers, seconds=_SECONDS, most=LONGEST)
        except Unreachable as failure:
            log.warning("%s: %s", url, failure)
            return None
        if reply.status >= _BROKEN:
            log.warning("%s: status %s", url, reply.status)
            return None
        if not reply.is_good:
            log.warning(
                "%s: status %s: are account_sid and auth_token the inbox's?", url, reply.status
            )
        return reply.body if reply.is_good else b""
