"""Inboxes' keys lie sealed in the database."""

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from pytest_django import Settings

from tests.make.world import NOON, World
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sealing import reseal_column, seal_column, unreadable_in, unseal
from tongxin.service.channels.actions import create_key
from tongxin.service.channels.models import InboxKey

TABLE = "channels_inboxkey"


@pytest.fixture
def key(tea: World) -> tuple[int, str]:
    """A signing key of an inbox: its row, and its secret in the open."""
    made = create_key(actor=tea.owner, inbox_id=tea.inbox_id, now=NOON)
    return InboxKey.objects.get(kid=made.kid).pk, made.secret


def stored(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM channels_inboxkey WHERE id = %s", [pk])
        [secret] = cursor.fetchone()
    return str(secret)


@pytest.mark.django_db
def test_the_database_never_sees_a_secret(key: tuple[int, str]) -> None:
    pk, secret = key

    assert secret not in stored(pk)
    assert unseal(stored(pk)) == secret
    assert InboxKey.objects.get(pk=pk).secret == secret
    assert list(InboxKey.objects.filter(pk=pk).values_list("secret", flat=True)) == [secret]


@pytest.mark.django_db
def test_what_lay_in_the_open_is_sealed_by_the_migration(key: tuple[int, str]) -> None:
    pk, secret = key
    with connection.cursor() as cursor:
        cursor.execute("UPDATE channels_inboxkey SET secret = %s WHERE id = %s", [secret, pk])

        count = seal_column(cursor, TABLE, "secret")

    assert count == 1
    assert stored(pk) != secret
    assert InboxKey.objects.get(pk=pk).secret == secret


@pytest.mark.django_db
def test_a_whole_column_goes_under_the_newest_key(key: tuple[int, str], settings: Settings) -> None:
    pk, secret = key
    new = Fernet.generate_key().decode()
    settings.SEALING_KEYS = [new, *settings.SEALING_KEYS]

    with connection.cursor() as cursor:
        count = reseal_column(cursor, TABLE, "secret")
        settings.SEALING_KEYS = [new]
        lost = unreadable_in(cursor, TABLE, "secret")

    assert (count, lost) == (1, 0)
    assert InboxKey.objects.get(pk=pk).secret == secret


@pytest.mark.django_db
def test_a_key_that_is_missing_is_told_by_a_code(
    key: tuple[int, str], tea: World, settings: Settings
) -> None:
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]

    with connection.cursor() as cursor:
        lost = unreadable_in(cursor, TABLE, "secret")
    with pytest.raises(Refused) as refused:
        InboxKey.objects.get(pk=key[0])

    assert lost == 1
    assert refused.value.code == "secret.unreadable"
