"""What a setting may be: the manifest's form, applied to what somebody entered."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import clean

_COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_LONGEST, _LONGEST_SECRET = 2000, 10_000  # some providers' tokens are longer than any text
SECRET = "secret"  # noqa: S105 - the kind of a setting that nobody reads


def checked_settings(
    form: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the settings that the form knows, each of its kind; defaults fill the gaps.

    Raises Refused: ``inbox.setting_unknown``, ``inbox.setting_invalid``, ``inbox.setting_required``.
    """
    if unknown := given.keys() - form.keys():
        raise Refused("inbox.setting_unknown", _("There is no such setting.")) from KeyError(
            unknown
        )
    settings = {}
    for name, field in form.items():
        value = given.get(name)
        if value is None:
            value = field.get("default")
        if value is not None:
            _check(name, field, value)
            settings[name] = value
        if field.get("required") and not str(settings.get(name, "")).strip():
            detail = _("Fill in what is required.")
            raise Refused("inbox.setting_required", detail, field=name)
    return settings


def split_settings(
    form: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any], kept: str
) -> tuple[dict[str, Any], str]:
    """Return the checked settings, and apart from them the secrets among them, as JSON to be sealed.

    A secret that is left empty stays as ``kept`` has it. Raises Refused like ``checked_settings``.
    """
    hidden = {name for name, field in form.items() if field["kind"] == SECRET}
    before = orjson.loads(kept or "{}")
    stays = {name: before[name] for name in hidden & before.keys() if not given.get(name)}
    checked = checked_settings(form, {**given, **stays})
    secrets = {name: checked[name] for name in sorted(hidden & checked.keys()) if checked[name]}
    opened = {name: value for name, value in checked.items() if name not in hidden}
    return opened, orjson.dumps(secrets).decode() if secrets else ""


def _check(name: str, field: Mapping[str, Any], value: object) -> None:
    kind = field["kind"]
    if kind == "choice":
        good = value in field["choices"]
    elif kind == "switch":
        good = isinstance(value, bool)
    elif kind == "number":
        good = isinstance(value, int) and not isinstance(value, bool)
    else:
        good = isinstance(value, str) and len(value) <= _most(kind) and value == clean(value)
        good = good and (kind != "color" or bool(_COLOR.fullmatch(str(value))))
        good = good and (
            not value
            or bool(re.fullmatch(field.get("pattern", ".*"), str(value).strip(), re.DOTALL))
        )
    if not good:
        detail = _("This setting does not have the right form.")
        raise Refused("inbox.setting_invalid", detail, field=name)


def _most(kind: object) -> int:
    return _LONGEST_SECRET if kind == SECRET else _LONGEST
