"""Real mail servers for a test: dovecot keeps mailboxes, and takes mail by LMTP; aiosmtpd hears what we send."""

import base64
import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = "a-kettle-of-tea"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:{folder}/mail/%n
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mailbox_idle_check_interval = 1 secs
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""

_ASKED = """
introspection_mode = post
introspection_url = {provider}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server: any name is a mailbox, all with one password."""

    imap: int
    lmtp: int
    folder: Path

    def deliver(self, raw: bytes, *recipients: str, sender: str = "mei@example.com") -> None:
        """Hand in a mail as the company's mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as server:
            server.sendmail(sender, list(recipients), raw)


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


def has_dovecot() -> bool:
    return shutil.which("dovecot") is not None


@contextmanager
def dovecot(provider: str = "http://127.0.0.1:9") -> Iterator[Dovecot]:
    """Run dovecot in a passing folder; ``provider`` tells it whose a token is."""
    folder = Path(tempfile.mkdtemp(prefix="td-", dir="/tmp"))
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    imap, lmtp = free_port(), free_port()
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, user=account.pw_name, group=_group(account.pw_gid), password=PASSWORD,
            imap=imap, lmtp=lmtp,
        )
    )  # fmt: skip
    (folder / "oauth2").write_text(_ASKED.format(provider=provider))
    process = subprocess.Popen(["dovecot", "-F", "-c", configuration], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(imap)
        wait_for_port(lmtp)
        yield Dovecot(imap, lmtp, folder)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)


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


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name


def wait_for_port(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody answers at {port}")
