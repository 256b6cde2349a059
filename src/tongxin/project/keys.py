"""`tongxin keys`: the keys that secrets in the database are sealed by.

A new key is written down before anything is sealed by it, and the old ones go only when nothing needs
them: whoever pulls the plug in between loses nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongxin.project import environment
from tongxin.project.folders import write_private
from tongxin.project.holding import database_alone, database_at_hand
from tongxin.project.prepare import leave_django, prepare, start_django
from tongxin.project.speech import Stop, _, tell

_SEALED_MARK = "gAAAA"  # Fernet's version and the first bytes of a time before the year 2106


def rotate() -> None:
    """Seal every secret by a new key, while nothing else runs; the old keys are thrown away."""
    if os.environ.get("TONGXIN_SEALING_KEYS"):
        raise Stop(
            _(
                "The keys come from TONGXIN_SEALING_KEYS: put a new one in front, restart, run "
                "`tongxin keys reseal`, then take the old one out."
            )
        )
    path = environment.data_folder() / environment.SEALING
    with database_alone():
        key = environment.new_sealing_key()
        _write(path, [key, *_kept(path)])
        count = _reseal()
        _write(path, [key])
    tell(_("{count} secrets are sealed by a new key.").format(count=count))


def reseal() -> None:
    """Seal every secret by the newest key."""
    with database_at_hand():
        count = _reseal()
    tell(_("{count} secrets are sealed by the newest key.").format(count=count))


def _kept(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split() if path.exists() else []


def _write(path: Path, keys: list[str]) -> None:
    """Write the keys under a passing name first: a file of keys is never half there."""
    passing = path.with_name(f"{path.name}.new")
    write_private(passing, "\n".join(keys))
    passing.rename(path)


def _reseal() -> int:
    """Put every secret under the newest key, all or none; returns how many there are."""
    prepare()
    start_django()
    from django.db import transaction

    from tongxin.center.kit.sealing import Unreadable

    try:
        with transaction.atomic():
            return _reseal_columns() + _reseal_second_steps()
    except Unreadable:
        sentence = _("A secret was sealed by a key that is not here: nothing was changed.")
        raise Stop(sentence) from None
    finally:
        leave_django()


def unreadable() -> int:
    """Return how many of the columns' secrets no key opens."""
    start_django()
    from django.db import connection

    from tongxin.center.kit.sealing import unreadable_in

    try:
        with connection.cursor() as cursor:
            return sum(unreadable_in(cursor, *place) for place in _columns())
    finally:
        leave_django()


def _reseal_columns() -> int:
    from django.db import connection

    from tongxin.center.kit.sealing import reseal_column

    with connection.cursor() as cursor:
        return sum(reseal_column(cursor, *place) for place in _columns())


def _columns() -> Iterator[tuple[str, str]]:
    """Return the tables and columns that hold what is sealed."""
    from django.apps import apps

    from tongxin.center.kit.sealing import SealedField

    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - documented
            if isinstance(field, SealedField):
                yield model._meta.db_table, str(field.column)  # noqa: SLF001 - documented


def _reseal_second_steps() -> int:
    """Those of authenticator apps and recovery codes lie in allauth's JSON."""
    from allauth.mfa.models import Authenticator

    count = 0
    for kept in Authenticator.objects.select_for_update().exclude(type="webauthn").order_by("pk"):
        kept.data = {name: _resealed(value) for name, value in kept.data.items()}
        kept.save(update_fields=["data"])
        count += 1
    return count


def _resealed(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    from tongxin.center.kit.sealing import resealed

    if isinstance(value, list):
        return [_resealed(one) for one in value]
    is_sealed = isinstance(value, str) and value.startswith(_SEALED_MARK)
    return resealed(value) if is_sealed else value
