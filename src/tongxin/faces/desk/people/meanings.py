"""What the columns of a table may mean, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tongxin.center.attributes.queries import attributes
from tongxin.center.attributes.values import Thing
from tongxin.center.imports.values import ATTRIBUTE, CONSENT, MEANINGS
from tongxin.center.kit.actor import Actor
from tongxin.faces.desk.people.person import purposes, ways


def groups(actor: Actor) -> Mapping[str, Mapping[str, str]]:
    """Return all meanings in groups, as a select shows them."""
    known = attributes(actor=actor, thing=Thing.PERSON)
    consents = {
        f"{CONSENT}{way}.{purpose}": f"{told} · {how}"
        for purpose, told in purposes().items()
        for way, how in ways().items()
    }
    own = {f"{ATTRIBUTE}{row.key}": row.name for row in known}
    told = {
        _("The person"): {name: _names()[name] for name in MEANINGS if name != "proof"},
        _("Attributes"): own,
        _("Consents"): {**consents, "proof": _names()["proof"]},
    }
    return {label: meanings for label, meanings in told.items() if meanings}


def headings(actor: Actor) -> list[str]:
    """Return the columns of an empty table, each of which is understood again."""
    own = [row.name for row in attributes(actor=actor, thing=Thing.PERSON)]
    return [*(_names()[name] for name in MEANINGS if name != "proof"), *own]


def _names() -> Mapping[str, str]:
    return {
        "name": _("Name"),
        "external": _("Account"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "postal": _("Address"),
        "organization": _("Organization"),
        "tags": _("Tags"),
        "language": _("Language"),
        "proof": _("Where the consent comes from"),
    }
