"""What the machine and the environment say: folders, keys, the database's address."""

import hashlib
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tongxin.project.folders import make_data_folder, make_folder, write_private
from tongxin.project.postgres import Place
from tongxin.project.speech import Stop, _

SEALING = "sealing_keys"
_POOL = 8
_MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """How mail goes out: by a server, or (for want of one) onto the console."""

    backend: str = "console"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    begins_encrypted: bool = False
    turns_encrypted: bool = False


def words(name: str, default: str) -> list[str]:
    return [word for word in os.environ.get(name, default).split(",") if word]


def yes(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int, most: int = 64) -> int:
    """Return a number of the environment, from 1 to ``most``. Raises Stop."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) <= most:
        sentence = _("{name} must be a number from 1 to {most}, not {text}.")
        raise Stop(sentence.format(name=name, most=most, text=text))
    return int(text)


def sip() -> Path | None:
    """Return what the gateway for calls by SIP is told, where this house is to run one."""
    name = os.environ.get("TONGXIN_SIP")
    return Path(name).absolute() if name else None


def mail_doors() -> dict[str, tuple[str, int]]:
    """Return where mail may be handed over, by protocol; nowhere unless somebody said so. Raises Stop."""
    doors = {}
    for protocol in ("lmtp", "smtp"):
        name = f"TONGXIN_{protocol.upper()}"
        host, _colon, port = os.environ.get(name, "").rpartition(":")
        if port and (not port.isdecimal() or not 0 < int(port) < 2**16):
            sentence = _("{name} must be a host and a port, as in 127.0.0.1:8024, not {text}.")
            raise Stop(sentence.format(name=name, text=os.environ[name]))
        if port:
            doors[protocol] = (host.strip("[]") or "127.0.0.1", int(port))
    return doors


def data_folder() -> Path:
    """Return the folder that holds everything worth keeping (not made here)."""
    if named := os.environ.get("TONGXIN_DATA"):
        return Path(named).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/tongxin")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(home) / "tongxin"


def assets_built() -> bool:
    """Return whether Vite has made what the pages need."""
    return (Path(__file__).parent / "dist/.vite/manifest.json").exists()


def secret_key(data: Path) -> str:
    """Return the signing key: from the environment, else kept in the data folder, else passing."""
    if key := os.environ.get("TONGXIN_SECRET_KEY"):
        return key
    path = data / "secret_key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    return secrets.token_urlsafe(48)


def sealing_keys(data: Path, secret: str) -> list[str]:
    """Return the keys that secrets in the database are sealed by, the newest first.

    From the environment, else kept in the data folder; the last is made of the signing key. Raises Stop.
    """
    path = data / SEALING
    given = words("TONGXIN_SEALING_KEYS", "")
    kept = path.read_text(encoding="ascii").split() if path.exists() and not given else []
    if not all(_seals(key) for key in (*given, *kept)):
        raise Stop(
            _("A sealing key is 32 bytes in URL-safe base64: look at {place}.").format(
                place="TONGXIN_SEALING_KEYS" if given else path
            )
        )
    digest = hashlib.sha256(b"tongxin second step " + secret.encode()).digest()
    return [*given, *kept, urlsafe_b64encode(digest).decode()]


def _seals(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == 32  # noqa: PLR2004 - Fernet's
    except ValueError:
        return False


def new_sealing_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def furnish(data: Path) -> None:
    """Make what the data folder lacks: itself, the folder of files, a signing key, one to seal by."""
    make_data_folder(data)
    make_folder(data / "files", 0o700)
    key = data / "secret_key"
    if not os.environ.get("TONGXIN_SECRET_KEY") and not key.exists():
        write_private(key, secrets.token_urlsafe(48))
    sealing = data / SEALING
    if not os.environ.get("TONGXIN_SEALING_KEYS") and not sealing.exists():
        write_private(sealing, new_sealing_key())


def mail() -> Mail:
    """Return what TONGXIN_MAIL says: ``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port``.

    Raises Stop for an address of another kind.
    """
    url = urlsplit(os.environ.get("TONGXIN_MAIL", ""))
    if not url.scheme:
        return Mail()
    if url.scheme not in _MAIL_PORTS or not url.hostname:
        raise Stop(_("TONGXIN_MAIL must look like smtps://user:password@mail.example.com:465."))
    return Mail(
        "smtp", url.hostname, url.port or _MAIL_PORTS[url.scheme],
        unquote(url.username or ""), unquote(url.password or ""),
        url.scheme == "smtps", url.scheme == "smtp+starttls",
    )  # fmt: skip


def database(data: Path) -> dict[str, Any]:
    """Return Django's settings for DATABASE_URL, by default the embedded server in ``data``.

    Raises ValueError for an address that is not PostgreSQL's.
    """
    url = urlsplit(os.environ.get("DATABASE_URL") or Place(data).url)
    if url.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "tongxin.project.database",
        "NAME": unquote(url.path.lstrip("/")) or "tongxin",
        "USER": unquote(url.username or asked.pop("user", "")),
        "PASSWORD": unquote(url.password or asked.pop("password", "")),
        "HOST": url.hostname or asked.pop("host", ""),
        "PORT": str(url.port or asked.pop("port", "")),
        "OPTIONS": {
            **asked,
            "server_side_binding": True,
            "prepare_threshold": 1,  # not 0: migrations hold several commands in one statement
            "pool": {
                "min_size": 1,
                "max_size": number("TONGXIN_POOL", _POOL),
                "timeout": 10,
            },
        },
    }
