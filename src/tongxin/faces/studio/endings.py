"""What goes at the end of conversations and after it: what can be chosen, for inboxes and for queues."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongxin.center.attributes.queries import AttributeRow, attributes
from tongxin.center.attributes.values import Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.text import whole_number
from tongxin.service.conversations.values import Asks, Ending, Reopens

Ways = list[tuple[str, str]]
USUAL_DAYS, _MOST_DAYS = 7, 3650
_ALWAYS, _NEVER, _WITHIN = "always", "never", "within"
_REOPENS = {_ALWAYS: Reopens.ALWAYS, _WITHIN: Reopens.WITHIN, _NEVER: Reopens.WITHIN}


@dataclass(frozen=True)
class EndForm:
    """What is chosen, and what could be; "" is as the inbox says."""

    asks: str
    ways: Ways
    is_strict: bool
    keys: Sequence[str]
    fields: Sequence[AttributeRow]
    reopens: str
    reopenings: Ways
    days: int


def end_form(actor: Actor, ending: Ending, *, of_queue: bool) -> EndForm:
    """Return the form of what goes at the end; a queue may leave it to its inboxes."""
    usual: Ways = [("", _("As its inbox says"))] if of_queue else []
    known = [row for row in attributes(actor=actor) if row.thing is Thing.CONVERSATION]
    return EndForm(
        ending.asks.value if ending.asks else "", usual + _asks(), ending.is_strict, ending.keys, known,
        _chosen(ending), usual + _reopenings(), ending.days or USUAL_DAYS,
    )  # fmt: skip


def ending_in(form: QueryDict) -> Ending:
    """Return what was chosen; what cannot be understood is as the inbox says."""
    reopens, asks = form.get("reopen", ""), form.get("asks", "")
    return Ending(
        reopens=_REOPENS.get(reopens, Reopens.AS_INBOX),
        days=min(_within(form), _MOST_DAYS) if reopens == _WITHIN else 0,
        asks=Asks(asks) if asks in set(Asks) else None,
        is_strict="is_strict" in form,
        keys=tuple(form.getlist("keys")),
    )


def days_in(form: QueryDict) -> int | None:
    """Return for how many days the same conversation goes on: 0 is never, null always."""
    return {_ALWAYS: None, _NEVER: 0}.get(form.get("reopen", ""), _within(form))


def ending_of(asks: Asks, *, is_strict: bool, keys: Sequence[str], days: int | None) -> Ending:
    """Return what an inbox says, as a queue would say it."""
    reopens = Reopens.ALWAYS if days is None else Reopens.WITHIN
    return Ending(reopens, days or 0, asks, is_strict, tuple(keys))


def _within(form: QueryDict) -> int:
    """Return so many days as are given; where none can be read, the usual ones, and not "never"."""
    return whole_number(form.get("days", "")) or USUAL_DAYS


def _chosen(ending: Ending) -> str:
    if ending.reopens is Reopens.WITHIN:
        return _WITHIN if ending.days else _NEVER
    return _ALWAYS if ending.reopens is Reopens.ALWAYS else ""


def _asks() -> Ways:
    return [
        (Asks.NO.value, _("Nothing is asked")),
        (Asks.MAY.value, _("It is asked, and may be left out")),
        (Asks.MUST.value, _("It is asked, and must be said")),
    ]


def _reopenings() -> Ways:
    return [(_WITHIN, _("within some days")), (_ALWAYS, _("always")), (_NEVER, _("never"))]
