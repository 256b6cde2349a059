"""A real mail server, for as long as one measures or tests: dovecot keeps mailboxes, and takes mail by LMTP."""

import grp
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tongxin.project.bench.house import wait_for_port
from tongxin.project.bench.ports import free_port

PASSWORD = "a-kettle-of-tea"  # noqa: S105 - of a server that lives for minutes
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


def has_dovecot() -> bool:
    return _program() is not None


def _program() -> str | None:
    """Return where dovecot is; Debian puts servers where the PATH of most users does not lead."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
    return shutil.which("dovecot", path=path)


@contextmanager
def dovecot(provider: str = "http://127.0.0.1:9") -> Iterator[Dovecot]:
    """Run dovecot in a passing folder; ``provider`` tells it whose a token is."""
    folder = Path(tempfile.mkdtemp(prefix="td-", dir="/tmp"))
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    imap = free_port(together=2)
    lmtp = imap + 1
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, user=account.pw_name, group=_group(account.pw_gid), password=PASSWORD,
            imap=imap, lmtp=lmtp,
        )
    )  # fmt: skip
    (folder / "oauth2").write_text(_ASKED.format(provider=provider))
    command = [_program() or "dovecot", "-F", "-c", str(configuration)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
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


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name
