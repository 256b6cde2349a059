"""The form that a manifest describes: shown, and read back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from tongxin.center.kit.plugins import Manifest
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import whole_number

PREFIX = "setting."
_Choices = Mapping[str, Sequence[str]]
_RANDOM = 16  # bytes: 32 digits and letters, which every service takes


@dataclass(frozen=True)
class Field:
    """One setting as the form shows it; with ``when``, only where these choices are made there.

    ``generated``: a secret that one makes up, proposed in the open; it is kept nowhere yet.
    """

    name: str
    kind: str
    title: Mapping[str, str]
    value: Any
    help: Mapping[str, str] | None = None
    required: bool = False
    choices: Mapping[str, Mapping[str, str]] | None = None
    is_kept: bool = False
    when: _Choices | Sequence[_Choices] | None = None
    advanced: bool = False
    is_changed: bool = False
    pattern: str = ""
    generated: bool = False


def fields_of(
    manifest: Manifest | None, settings: Mapping[str, Any], kept: Collection[str] = ()
) -> list[Field]:
    """Return the fields with what is set, or with what the manifest proposes; ``kept`` names secrets."""
    form = manifest.settings if manifest else {}
    return [
        Field(
            PREFIX + name,
            field["kind"],
            field["title"],
            _proposed(field, settings.get(name), is_kept=name in kept),
            field.get("help"),
            bool(field.get("required")),
            field.get("choices"),
            name in kept,
            field.get("when"),
            bool(field.get("advanced")),
            name in kept or settings.get(name, field.get("default")) != field.get("default"),
            field.get("pattern", ""),
            bool(field.get("generated")) and name not in kept,
        )
        for name, field in form.items()
    ]


def _proposed(field: Mapping[str, Any], value: Any, *, is_kept: bool) -> Any:  # noqa: ANN401
    if field.get("generated") and not value and not is_kept:
        return token_hex(_RANDOM)
    return field.get("default", "") if value is None else value


def read_settings(manifest: Manifest | None, sent: QueryDict) -> dict[str, Any]:
    """Return what was entered, each of its kind; a number that is none stays a text (and is refused)."""
    form = manifest.settings if manifest else {}
    return {name: _read(field["kind"], PREFIX + name, sent) for name, field in form.items()}


def try_and_tell(request: HttpRequest, ask: Callable[[], str]) -> None:
    """Try settings, and say on the next page who we are there, or what is wrong."""
    try:
        found = ask()
    except Refused as refused:
        messages.error(request, str(refused.detail))
    else:
        told = _("It works: you are %(who)s there.") % {"who": found} if found else _("It works.")
        messages.success(request, told)


def _read(kind: str, name: str, sent: QueryDict) -> Any:  # noqa: ANN401
    if kind == "switch":
        return name in sent
    text = sent.get(name, "").replace("\0", "")
    digits = text.removeprefix("-")
    if kind == "number" and (number := whole_number(digits)) is not None:
        return number if digits == text else -number
    return text.replace("\r\n", "\n")
