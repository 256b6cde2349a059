"""Opaque public ids: a prefix that says what it is, and a number nobody can count by.

The mapping is a fixed bijection on 63-bit integers (odd multiplication, then xor-shift), written in
Crockford's base 32. It hides order and totals; it is not a secret and guards nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, PlainSerializer
from pydantic_core import PydanticCustomError, core_schema

_BITS = 63
_MASK = (1 << _BITS) - 1
_ODD = 0x5851F42D4C957F2D
_BACK = pow(_ODD, -1, 1 << _BITS)
_SHIFT = 32
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGIT = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_LENGTH = 13


@lru_cache(maxsize=16384)
def public_id(prefix: str, number: int) -> str:
    """Return ``prefix_`` and 13 characters for a non-negative integer below 2**63."""
    mixed = (number * _ODD) & _MASK
    mixed ^= mixed >> _SHIFT
    # Two letters at a time: lists of thousands of ids are written in one answer.
    return (
        f"{prefix}_{_ALPHABET[mixed >> 60]}{_PAIRS[mixed >> 50 & 1023]}{_PAIRS[mixed >> 40 & 1023]}"
        f"{_PAIRS[mixed >> 30 & 1023]}{_PAIRS[mixed >> 20 & 1023]}{_PAIRS[mixed >> 10 & 1023]}"
        f"{_PAIRS[mixed & 1023]}"
    )


def internal_id(prefix: str, text: str) -> int:
    """Return the integer behind a public id; raise ValueError where it is not one."""
    head, _, tail = text.rpartition("_")
    if head != prefix or len(tail) != _LENGTH:
        raise ValueError(text)
    mixed = 0
    for letter in tail:
        if letter not in _DIGIT:
            raise ValueError(text)
        mixed = mixed << 5 | _DIGIT[letter]
    if mixed > _MASK:
        raise ValueError(text)
    return (mixed ^ mixed >> _SHIFT) * _BACK & _MASK


@dataclass(frozen=True)
class Prefixed:
    """Marks an integer that the outside knows by its public id: ``Annotated[int, Prefixed("conv")]``."""

    prefix: str

    def __get_pydantic_core_schema__(
        self,
        source: Any,  # noqa: ANN401 - pydantic calls it so
        handler: GetCoreSchemaHandler,
    ) -> core_schema.CoreSchema:
        text = core_schema.str_schema(pattern=f"^{self.prefix}_[{_ALPHABET}]{{{_LENGTH}}}$")
        return core_schema.lax_or_strict_schema(
            lax_schema=core_schema.no_info_after_validator_function(self._read, text),
            strict_schema=core_schema.json_or_python_schema(
                json_schema=core_schema.no_info_after_validator_function(self._read, text),
                python_schema=core_schema.int_schema(),
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                partial(public_id, self.prefix), return_schema=text, when_used="json-unless-none"
            ),
        )

    def _read(self, text: str) -> int:
        try:
            return internal_id(self.prefix, text)
        except ValueError:
            raise PydanticCustomError("id", "not an id of this kind") from None


PREFIXES = {
    "workspace": "ws", "member": "mem", "token": "tok", "person": "per", "identity": "idn",
    "inbox": "inb", "conversation": "conv", "message": "msg", "tag": "tag", "file": "file",
    "event": "evt", "set_aside": "aside", "job": "job", "view": "view",
    "canned": "can", "held": "held", "macro": "mac", "notice": "ntc", "review": "rev",
    "attribute": "atr", "organization": "org",
    "duplicate": "dup", "import": "imp", "merge": "mrg", "role": "rol", "status": "sts", "topic": "top",
    "queue": "que", "calendar": "cal", "regrouping": "rgp",
    "connection": "sso", "call": "call", "departure": "dep", "outpost": "out",
    "template": "tpl",
}  # fmt: skip
_DETAILS = {f"{what}_id": prefix for what, prefix in PREFIXES.items()} | {
    "source_person_id": PREFIXES["person"],
    "status_id_before": PREFIXES["status"],
    "queue_id_before": PREFIXES["queue"],
    "came_from_id": PREFIXES["conversation"],
    "merged_id": PREFIXES["conversation"],
    "part_id": PREFIXES["conversation"],
    "other_person_id": PREFIXES["person"],
    "before": PREFIXES["member"],
    "reviewer_id": PREFIXES["member"],
    "author_id": PREFIXES["member"],
}


def public_label(label: str) -> str:
    """Return how the outside reads a label: ``member:3`` by its public id, ``house:0`` as ``house``."""
    what, _, number = label.partition(":")
    prefix = PREFIXES.get(what)
    return public_id(prefix, int(number)) if prefix and number.isdecimal() else what


def label_of(text: str) -> str:
    """Return the label that a public id stands for (``mem_…``: ``member:3``); other texts as they are."""
    prefix = text.rpartition("_")[0]
    what = next((what for what, known in PREFIXES.items() if known == prefix), "")
    try:
        return f"{what}:{internal_id(prefix, text)}" if what else text
    except ValueError:
        return text


def public_details(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact's details with the public ids of what they name."""
    return {
        key: public_id(_DETAILS[key], value) if key in _DETAILS and type(value) is int else value
        for key, value in data.items()
    }


Label = Annotated[str, PlainSerializer(public_label, when_used="json")]
Details = Annotated[Mapping[str, Any], PlainSerializer(public_details, when_used="json")]
WorkspaceId = Annotated[int, Prefixed("ws")]
MemberId = Annotated[int, Prefixed("mem")]
TokenId = Annotated[int, Prefixed("tok")]
RoleId = Annotated[int, Prefixed("rol")]
PersonId = Annotated[int, Prefixed("per")]
IdentityId = Annotated[int, Prefixed("idn")]
OutpostId = Annotated[int, Prefixed("out")]
InboxId = Annotated[int, Prefixed("inb")]
ConversationId = Annotated[int, Prefixed("conv")]
MessageId = Annotated[int, Prefixed("msg")]
TagId = Annotated[int, Prefixed("tag")]
FileId = Annotated[int, Prefixed("file")]
EventId = Annotated[int, Prefixed("evt")]
JobId = Annotated[int, Prefixed("job")]
ViewId = Annotated[int, Prefixed("view")]
AttributeId = Annotated[int, Prefixed("atr")]
DuplicateId = Annotated[int, Prefixed("dup")]
MergeId = Annotated[int, Prefixed("mrg")]
ImportId = Annotated[int, Prefixed("imp")]
OrganizationId = Annotated[int, Prefixed("org")]
SetAsideId = Annotated[int, Prefixed("aside")]
CannedId = Annotated[int, Prefixed("can")]
HeldId = Annotated[int, Prefixed("held")]
MacroId = Annotated[int, Prefixed("mac")]
NoticeId = Annotated[int, Prefixed("ntc")]
TopicId = Annotated[int, Prefixed("top")]
StatusId = Annotated[int, Prefixed("sts")]
PushId = Annotated[int, Prefixed("push")]
ReviewId = Annotated[int, Prefixed("rev")]
QueueId = Annotated[int, Prefixed("que")]
CalendarId = Annotated[int, Prefixed("cal")]
ConnectionId = Annotated[int, Prefixed("sso")]
RegroupingId = Annotated[int, Prefixed("rgp")]
CallId = Annotated[int, Prefixed("call")]
DepartureId = Annotated[int, Prefixed("dep")]
TemplateId = Annotated[int, Prefixed("tpl")]
