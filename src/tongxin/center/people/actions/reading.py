"""Read what somebody wrote of a person, as it is kept."""

import re

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import clean
from tongxin.center.people.rules import address_of, tag_of
from tongxin.center.people.values import EXTERNAL, LONGEST_VALUE

_LONGEST_NAME, _LONGEST_PROOF, _LONGEST_ORGANIZATION = 120, 300, 120
_LANGUAGE = re.compile(r"([a-zA-Z0-9]+(-[a-zA-Z0-9]+)*)?", re.ASCII)
_LONGEST_LANGUAGE = 16


def read_name(text: str) -> str:
    """Return a person's name. Raises Refused: ``person.name``."""
    name = clean(text).strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("person.name", _("A name has 1 to 120 characters."))
    return name


def read_organization(text: str) -> str:
    """Return an organization's name. Raises Refused: ``organization.name``."""
    name = " ".join(clean(text).split())
    if not 0 < len(name) <= _LONGEST_ORGANIZATION:
        raise Refused("organization.name", _("A name has 1 to 120 characters."))
    return name


def read_address(kind: str, text: str) -> str:
    """Return an e-mail, phone or postal address, or the name of an account. Raises Refused: ``identity.value``."""
    try:
        return _account(text) if kind == EXTERNAL else address_of(kind, text)
    except ValueError:
        raise Refused("identity.value", _("This is no such address or number.")) from None


def read_tag(text: str) -> str:
    """Return a tag, its group before a colon. Raises Refused: ``person_tag.name``."""
    try:
        return str(tag_of(clean(text)))
    except ValueError:
        raise Refused(
            "person_tag.name", _("A tag has 1 to 40 characters; at most 20 at a time.")
        ) from None


def read_language(text: str) -> str:
    """Return a language's code. Raises Refused: ``preference.language``."""
    language = text.strip()
    if len(language) > _LONGEST_LANGUAGE or not _LANGUAGE.fullmatch(language):
        raise Refused("preference.language", _("This is not a language: write zh or en-GB."))
    return language


def read_proof(text: str) -> str:
    """Return how we know of a consent. Raises Refused: ``consent.proof``."""
    proof = " ".join(clean(text).split())
    if not 0 < len(proof) <= _LONGEST_PROOF:
        raise Refused("consent.proof", _("Say in 1 to 300 characters how we know it."))
    return proof


def _account(text: str) -> str:
    """Raises ValueError."""
    value = clean(text).strip()
    if not 0 < len(value) <= LONGEST_VALUE:
        raise ValueError(text)
    return value
