"""What the gateway is told: a file in TOML, which its administrator writes."""

import re
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tongxin.plugins.channel_phone.gateway.numbers import Address, address_in

_PROGRAMS = {"baresip": "baresip-core", "espeak-ng": "espeak-ng"}  # and the packages of Debian
_MODULES = tuple(
    Path(place) / "baresip/modules"
    for place in ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
)
_UNSAFE = frozenset(';<>"\r\n')


def _(sentence: str) -> str:
    """Mark a sentence for the catalog; whoever shows it translates it."""
    return sentence


class Trouble(Exception):
    """Something is wrong that the administrator can mend: one sentence, and what stands in it."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self._sentence, self._values = sentence, values

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in somebody's language."""
        return translate(self._sentence).format(**self._values)


@dataclass(frozen=True)
class Account:
    """A telephone of ours at a SIP server."""

    address: Address
    password: str = ""
    user: str = ""  # to log in, where it is another


@dataclass(frozen=True)
class Settings:
    """Everything the gateway is told.

    ``inbox``: the inbox's address; ``address``: where the house finds the gateway, which listens at ``listen``.
    ``dials``: where numbers are rung, with {number} in it; ``country``: the code that numbers lack.
    """

    inbox: str
    account_sid: str
    auth_token: str
    lines: tuple[Account, ...]
    address: str = "http://127.0.0.1:8060"
    listen: str = "127.0.0.1:8060"
    folder: Path = Path("/var/lib/tongxin-sip")
    number: str = ""
    dials: str = ""
    country: str = ""
    interface: str = ""

    @property
    def door(self) -> tuple[str, int]:
        host, _colon, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


def settings_in(path: Path) -> Settings:
    """Return what a file says. Raises Trouble."""
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as failure:
        told = _("The file {path} cannot be read: {reason}.")
        reason = failure.strerror if isinstance(failure, OSError) else failure
        raise Trouble(told, path=path, reason=reason) from failure
    return settings_of(said)


def settings_of(said: Mapping[str, Any]) -> Settings:
    """Return settings, all of them looked at. Raises Trouble."""
    lines = said.get("lines")
    accounts = tuple(map(_account, lines)) if isinstance(lines, list) else ()
    words = {name: said[name] for name in _WORDS if isinstance(said.get(name), str) and said[name]}
    missing = {"inbox", "account_sid", "auth_token"} - words.keys()
    if missing or not accounts:
        raise _wrong(", ".join(sorted(missing)) or "lines")
    words["folder"] = Path(words.get("folder", Settings.folder)).absolute()
    words.setdefault("dials", f"sip:{{number}}@{accounts[0].address.host}")
    settings = Settings(lines=accounts, **words)
    for name, looks_well in _LOOKS.items():
        if not looks_well(getattr(settings, name)):
            raise _wrong(name)
    return settings


def _is_address(said: str) -> bool:
    return said.startswith(("https://", "http://")) and bool(urlsplit(said).hostname)


_LOOKS: Mapping[str, Callable[[str], object]] = {
    "inbox": _is_address,
    "address": _is_address,
    "account_sid": str.isalnum,
    "listen": re.compile(r"[^\s]+:\d{1,5}", re.ASCII).fullmatch,
    "country": re.compile(r"\d{0,4}", re.ASCII).fullmatch,
    "interface": re.compile(r"[\w.-]{0,15}", re.ASCII).fullmatch,
    "dials": lambda said: address_in(said.replace("{number}", "1")) is not None,
}


def _account(line: object) -> Account:
    said = line if isinstance(line, Mapping) else {}
    address = address_in(str(said.get("account", "")))
    password, user = str(said.get("password", "")), str(said.get("user", ""))
    if address is None or _UNSAFE & set(password + user):
        raise _wrong("lines")
    return Account(address, password, user)


def _wrong(names: str) -> Trouble:
    told = _("The gateway's file says nothing that can be used for: {names}.")
    return Trouble(told, names=names)


def modules() -> Path:
    """Return where baresip's parts lie. Raises Trouble where a program that the gateway needs is missing."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    folder = next((place for place in _MODULES if (place / "ctrl_tcp.so").exists()), None)
    if folder is None and "baresip" not in missing:
        missing.append("baresip")
    if missing or folder is None:
        packages = " ".join(_PROGRAMS[name] for name in missing)
        told = _("Calls by SIP need {programs}: on Debian, `apt install {packages}`.")
        raise Trouble(told, programs=", ".join(missing), packages=packages)
    return folder


_WORDS = tuple(field.name for field in fields(Settings) if field.name != "lines")
