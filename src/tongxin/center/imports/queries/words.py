"""Why something could not be done with a row, in words."""

from django.utils.translation import gettext as _


def sentence_of(code: str, line: int = 0) -> str:
    """Say what a code means; ``line`` is another row's, where it is about one."""
    plain, _colon, field = code.partition(":")
    said = _reading() | _matching() | _undoing()
    return said.get(plain, plain) % {"line": line, "field": _field(field)}


def _reading() -> dict[str, str]:
    return {
        "person.name": _("A name has 1 to 120 characters."),
        "organization.name": _("A name has 1 to 120 characters."),
        "identity.value": _("This is no such address or number."),
        "person_tag.name": _("A tag has 1 to 40 characters; at most 20 at a time."),
        "preference.language": _("This is not a language: write zh or en-GB."),
        "attribute.unknown": _("There is no such attribute."),
        "attribute.value": _("A value does not fit its attribute."),
        "consent.answer": _("Yes or no is expected here."),
        "consent.proof": _("Say in 1 to 300 characters how we know it."),
        "cell.too_long": _("At most 4,000 characters in a cell."),
        "row.nobody": _("Neither a name nor an address: nobody to add."),
    }


def _matching() -> dict[str, str]:
    return {
        "row.ambiguous": _(
            "Several people here have this address. Merge them, or name the account."
        ),
        "row.twice": _("The same person as in line %(line)s."),
        "person.missing": _("There is no such person."),
        "forbidden": _("You do not have the permission for this."),
    }


def _undoing() -> dict[str, str]:
    return {
        "undo.gone": _("Merged with another record since: it stays."),
        "undo.touched": _("Somebody worked with this person since: they stay."),
        "undo.changed": _("Changed since, so it stays as it is: %(field)s"),
        "undo.verified": _("An address was proved since: it stays."),
    }


def _field(name: str) -> str:
    own = {"name": _("Name"), "language": _("Language")}
    return own.get(name, name.partition(".")[2] or name)
