"""Write canned replies down, change them, put them away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions import LANGUAGES
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import CannedId
from tongxin.center.kit.placeholders import FILTERS, places
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check, check_member
from tongxin.center.kit.text import clean, typed
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.values import VARIABLES
from tongxin.service.replies.events import (
    CannedArchived,
    CannedChanged,
    CannedCreated,
    CannedFact,
    CannedRestored,
)
from tongxin.service.replies.models import Canned, CannedBody, seen_by
from tongxin.service.replies.rules import SHORTCUT
from tongxin.service.replies.values import SHARE

_LONGEST_NAME, _LONGEST_BODY = 80, 20_000


@dataclass(frozen=True)
class Wanted:
    """What a canned reply is to be, once it was checked."""

    name: str
    shortcut: str
    bodies: Mapping[str, str]

    @classmethod
    def checked(cls, name: str, shortcut: str, bodies: Mapping[str, str]) -> Self:
        """Return it. Raises Refused: ``canned.*``."""
        name, shortcut = clean(name).strip(), clean(shortcut).strip().lower()
        kept = {language: typed(text).strip() for language, text in bodies.items() if text.strip()}
        if not 0 < len(name) <= _LONGEST_NAME:
            raise Refused("canned.name", _("A name has 1 to 80 characters."))
        if not SHORTCUT.fullmatch(shortcut):
            raise Refused(
                "canned.shortcut", _("A shortcut has 1 to 40 letters, digits, dots, - or _.")
            )
        if not kept or not set(kept) <= set(LANGUAGES):
            raise Refused("canned.body", _("Write it in at least one of the languages we know."))
        if any(len(text) > _LONGEST_BODY for text in kept.values()):
            raise Refused("message.too_long", _("A message has at most 20,000 characters."))
        _check_variables(kept.values())
        return cls(name, shortcut, kept)


@action("canned.create", needs="conversation.write")
def create_canned(
    *, actor: Actor, name: str, shortcut: str, bodies: Mapping[str, str], shared: bool = False,
    now: datetime,
) -> CannedId:  # fmt: skip
    """Write a canned reply down, for oneself or (``shared``, with the permission) for everybody.

    ``bodies`` by language: ``zh-hans``, ``en``. Raises Refused: ``canned.name``, ``canned.shortcut``,
    ``canned.body``, ``canned.variable``, ``canned.taken``, ``message.too_long``, ``actor.member``.
    """
    wanted = Wanted.checked(name, shortcut, bodies)
    owner_id = _owner(actor, shared=shared)
    _check_free(actor, wanted.shortcut, owner_id)
    canned = Canned.objects.create(
        workspace_id=actor.workspace_id, owner_id=owner_id, name=wanted.name,
        shortcut=wanted.shortcut, saved_at=now,
    )  # fmt: skip
    _write(canned, wanted.bodies)
    record([_told(CannedCreated, actor, canned, now, shared=shared)])
    return canned.pk


@action("canned.change", needs="conversation.write")
def change_canned(  # noqa: PLR0913 - one field of the form each
    *, actor: Actor, canned_id: CannedId, name: str, shortcut: str, bodies: Mapping[str, str],
    shared: bool = False, now: datetime,
) -> int:  # fmt: skip
    """Say it otherwise; returns 1 where something changed. Raises Refused like ``canned.create``.

    Raises Refused: ``canned.missing``.
    """
    wanted = Wanted.checked(name, shortcut, bodies)
    canned = editable(actor, [canned_id]).first()
    if canned is None:
        raise Refused("canned.missing", _("There is no such canned reply."), Reason.MISSING)
    owner_id = canned.owner_id if bool(canned.owner_id) != shared else _owner(actor, shared=shared)
    before = dict(CannedBody.objects.filter(canned=canned).values_list("language", "text"))
    same = (canned.name, canned.shortcut, canned.owner_id) == (
        wanted.name, wanted.shortcut, owner_id,
    )  # fmt: skip
    if same and before == wanted.bodies:
        return 0
    _check_free(actor, wanted.shortcut, owner_id, but=canned.pk)
    canned.name, canned.shortcut, canned.owner_id = wanted.name, wanted.shortcut, owner_id
    canned.saved_at = now
    canned.save(update_fields=["name", "shortcut", "owner_id", "saved_at"])
    _write(canned, wanted.bodies)
    record([_told(CannedChanged, actor, canned, now, shared=shared)])
    return 1


@action("canned.archive", needs="conversation.write")
def archive_canned(*, actor: Actor, canned_ids: Sequence[CannedId], now: datetime) -> int:
    """Offer them no more; returns how many were offered. What was sent with them stays."""
    changing = list(editable(actor, canned_ids).filter(archived_at=None))
    Canned.objects.filter(pk__in=[c.pk for c in changing]).update(archived_at=now)
    record(_told(CannedArchived, actor, canned, now) for canned in changing)
    return len(changing)


@action("canned.restore", needs="conversation.write")
def restore_canned(*, actor: Actor, canned_ids: Sequence[CannedId], now: datetime) -> int:
    """Offer them again; returns how many. Where its shortcut is taken by now, one stays put away."""
    away = list(editable(actor, canned_ids).exclude(archived_at=None))
    live = Canned.objects.filter(
        workspace_id=actor.workspace_id, archived_at=None, shortcut__in={c.shortcut for c in away}
    )
    taken: set[tuple[int | None, str]] = set(live.values_list("owner_id", "shortcut"))
    changing = []
    for canned in away:
        if (canned.owner_id, canned.shortcut) not in taken:
            changing.append(canned)
            taken.add((canned.owner_id, canned.shortcut))
    Canned.objects.filter(pk__in=[c.pk for c in changing]).update(archived_at=None)
    record(_told(CannedRestored, actor, canned, now) for canned in changing)
    return len(changing)


@action("canned.use", needs="conversation.write", quiet=True)
def use_canned(*, actor: Actor, canned_ids: Sequence[CannedId], now: datetime) -> int:
    """Count that these were sent, so that what is used most comes first; returns how many there are."""
    usable = Canned.objects.filter(seen_by(actor), pk__in=canned_ids)
    return usable.update(uses=F("uses") + 1, used_at=now)


def editable(actor: Actor, canned_ids: Sequence[int]) -> QuerySet[Canned]:
    """Return those that one may change, locked: one's own, and with the permission everybody's."""
    found = Canned.objects.select_for_update(of=("self",)).filter(seen_by(actor), pk__in=canned_ids)
    return found.order_by("pk") if actor.may(SHARE) else found.exclude(owner=None).order_by("pk")


def _owner(actor: Actor, *, shared: bool) -> int | None:
    """Return whose it will be. Raises Refused: ``forbidden``, ``actor.member``."""
    if shared:
        check(actor, SHARE)
        return None
    check_member(actor)
    return actor.id


def _check_free(actor: Actor, shortcut: str, owner_id: int | None, but: int = 0) -> None:
    live = Canned.objects.filter(workspace_id=actor.workspace_id, archived_at=None)
    if live.filter(shortcut=shortcut, owner_id=owner_id).exclude(pk=but).exists():
        raise Refused("canned.taken", _("This shortcut is taken already."), Reason.CONFLICT)


def _check_variables(texts: Iterable[str]) -> None:
    for text in texts:
        for place in places(text):
            if place.name not in VARIABLES or not set(place.filters) <= FILTERS:
                raise Refused(
                    "canned.variable",
                    _("There is no such variable or filter: %(place)s") % {"place": place.text},
                )


def _write(canned: Canned, bodies: Mapping[str, str]) -> None:
    CannedBody.objects.filter(canned=canned).delete()
    CannedBody.objects.bulk_create(
        CannedBody(canned=canned, language=language, text=text)
        for language, text in sorted(bodies.items())
    )


def _told(
    fact: type[CannedFact], actor: Actor, canned: Canned, now: datetime, **more: object
) -> CannedFact:
    where = about(actor.workspace_id, actor.label, "canned", canned.pk, now)
    return fact(**where, canned_id=canned.pk, **more)
