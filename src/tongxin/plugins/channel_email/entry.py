"""Log in to mail servers: by password, or by a token that the provider gives for another (XOAUTH2).

https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
"""

import base64
import binascii
import smtplib
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tongxin.plugins.channel_email.grants import Grant, again
from tongxin.sdk import Channel

T = TypeVar("T")
XOAUTH2 = "XOAUTH2"
_GOES_ON, _TAKEN = 334, 235
_LONGEST_WHY = 200


class Entry:
    """How one logs in to the servers of a mailbox."""

    def __init__(self, channel: Channel) -> None:
        self._settings: Mapping[str, Any] = channel.settings
        self._user = str(self._settings.get("user") or self._settings["address"])
        by_password = self._settings.get("log_in") in {None, "", "password"}
        self._grant = None if by_password else Grant(channel, self._user)

    def forget(self) -> None:
        """Let what is kept go, so that what was entered is tried."""
        if self._grant:
            self._grant.forget()

    def let_in(self, connect: Callable[[], T]) -> T:
        """Connect and log in; once more with a new token where the provider refuses the one we had.

        Raises what ``connect`` raises, Undelivered and Unreachable.
        """
        if not self._grant:
            return connect()
        try:
            return connect()
        except (LoginError, smtplib.SMTPAuthenticationError):
            self._grant.forget()
        try:
            return connect()
        except (LoginError, smtplib.SMTPAuthenticationError) as refused:
            raise again(_words(refused)) from refused

    def by_smtp(self, server: smtplib.SMTP) -> None:
        """Log in where there is something to do so by. Raises smtplib.SMTPException, Undelivered, Unreachable."""
        if self._grant:
            _authenticate(server, self._said(self._grant))
        elif self._settings.get("password"):
            server.login(self._user, str(self._settings["password"]))

    def by_imap(self, client: IMAPClient) -> None:
        """Log in. Raises imapclient.exceptions.LoginError, Undelivered, Unreachable."""
        if not self._grant:
            client.login(self._user, str(self._settings["password"]))
            return
        # A second challenge says what is wrong, and wants an empty line before the server says no.
        said, told = [self._said(self._grant)], list[str]()

        def answer(challenge: bytes) -> bytes:
            told.append(_why(challenge))
            return said.pop() if said else b""

        try:
            client.sasl_login(XOAUTH2, answer)
        except LoginError as refused:
            raise LoginError(" ".join(filter(None, (str(refused), *told)))) from refused

    def _said(self, grant: Grant) -> bytes:
        return f"user={self._user}\x01auth=Bearer {grant.token()}\x01\x01".encode()


def _authenticate(server: smtplib.SMTP, said: bytes) -> None:
    server.ehlo_or_helo_if_needed()
    if XOAUTH2 not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("the SMTP server offers no XOAUTH2")
    code, words = server.docmd("AUTH", f"{XOAUTH2} {base64.b64encode(said).decode()}")
    if code == _GOES_ON:  # what is wrong; it wants an empty line before it says no
        why = _why(words)
        code, words = server.docmd("")
        words += f" {why}".encode()
    if code != _TAKEN:
        raise smtplib.SMTPAuthenticationError(code, words)


def _why(challenge: bytes) -> str:
    """Return what a provider says is wrong: JSON, in base64 or not."""
    said = challenge.strip()
    with suppress(binascii.Error):
        said = said if said.startswith(b"{") else base64.b64decode(said, validate=True)
    return said.decode(errors="replace").strip()[:_LONGEST_WHY]


def _words(refused: Exception) -> str:
    """Return a server's own words."""
    if isinstance(refused, smtplib.SMTPResponseException):
        said = refused.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{refused.smtp_code} {text}"
    return str(refused)
