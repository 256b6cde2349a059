"""An SMTP server for a test: aiosmtpd hears what we send."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tongxin.project.bench.dovecot import PASSWORD
from tongxin.project.bench.ports import free_port


@dataclass
class Sink:
    """An SMTP server that keeps what it hears, or refuses it with the next of its refusals."""

    port: int = 0
    heard: list[Envelope] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    refused_recipients: dict[str, str] = field(default_factory=dict)
    xoauth2: list[bytes] = field(default_factory=list)
    good_tokens: set[str] = field(default_factory=set)

    async def auth_XOAUTH2(self, server: SMTP, given: list[str]) -> AuthResult:  # noqa: N802
        """As Gmail documents it: the reason as a challenge, an empty line back, then the refusal."""
        self.xoauth2.append(base64.b64decode(given[1], validate=True))
        token = self.xoauth2[-1].decode().partition("auth=Bearer ")[2].rstrip("\x01")
        if token in self.good_tokens:
            return AuthResult(success=True)
        why = base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode()
        await server.push(f"334 {why}")
        self.xoauth2.append(await server._reader.readline())
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:  # fmt: skip
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            return self.refusals.pop(0)
        self.heard.append(envelope)
        return "250 OK"


@contextmanager
def sink(**options: Any) -> Iterator[Sink]:
    """Run an SMTP server that keeps what it hears."""
    heard = Sink(free_port())
    controller = Controller(
        heard, hostname="127.0.0.1", port=heard.port, auth_require_tls=False, auth_required=True,
        authenticator=_knows, **options,
    )  # fmt: skip
    controller.start()
    try:
        yield heard
    finally:
        controller.stop()


def _knows(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=is_right, handled=False)
