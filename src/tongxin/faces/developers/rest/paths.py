"""Where a registered name is served.

The rule: ``noun.verb`` lies under the noun's plural. A query is asked by GET, an action done by POST at
``/{plural}/{verb}``. ``list`` and ``get`` are not spelled out. Where the arguments hold the id of the
noun itself, the id stands in the path: ``/{plural}/{noun_id}/{verb}``.
"""

from dataclasses import dataclass

from tongxin.center.kit.registry import Entry

PLURALS = {  # what is said otherwise than by the rule of English
    "audit": "audit",
    "canned": "canned",
    "desk": "desk",
    "held": "held",
    "person": "people",
    "routing": "routing",
    "set_aside": "set-aside",
    "skills": "skills",
    "workspace": "workspace",  # a token acts in one
}
EXCEPTIONS = {
    "conversation.of_person": "/people/{person_id}/conversations",
    "conversation.of_organization": "/organizations/{organization_id}/conversations",
}
UNSPOKEN = {"list", "get"}
OWN_DOOR = "person.self"  # what people do for themselves comes in by ``live`` only


@dataclass(frozen=True)
class Place:
    """A method and a path, with the name of the argument that stands in the path, if one does."""

    method: str
    path: str
    argument: str = ""


def served(entry: Entry) -> bool:
    """Whether machines may call this at all (their scopes decide whether they may now)."""
    return entry.needs != OWN_DOOR


def plural(noun: str) -> str:
    """Return a noun's plural as it stands in addresses: hyphens, no underscores."""
    if noun in PLURALS:
        return PLURALS[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        noun = f"{noun}e"
    elif noun.endswith("y") and noun[-2] not in "aeiou":
        noun = f"{noun[:-1]}ie"
    return f"{noun}s".replace("_", "-")


def place_of(entry: Entry) -> Place:
    """Return where an entry is served, below ``/api/v1``."""
    method = "GET" if entry.kind == "query" else "POST"
    noun, _, verb = entry.name.partition(".")
    if entry.name in EXCEPTIONS:
        path = EXCEPTIONS[entry.name]
        return Place(method, path, path.partition("{")[2].partition("}")[0])
    own_id = f"{noun}_id" if f"{noun}_id" in entry.arguments.model_fields else ""
    parts = [
        plural(noun),
        f"{{{own_id}}}" if own_id else "",
        "" if verb in UNSPOKEN else verb.replace("_", "-"),
    ]
    return Place(method, "/" + "/".join(filter(None, parts)), own_id)
