"""Opaque public ids: a prefix that says what it is, and a number nobody can count by.

The mapping is a fixed bijection on 63-bit integers (odd multiplication, then xor-shift), written in
Crockford's base 32. It hides order and totals; it is not a secret and guards nothing.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

_BITS = 63
_MASK = (1 << _BITS) - 1
_ODD = 0x5851F42D4C957F2D
_BACK = pow(_ODD, -1, 1 << _BITS)
_SHIFT = 32
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGIT = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH = 13


def public_id(prefix: str, number: int) -> str:
    """Return ``prefix_`` and 13 characters for a non-negative integer below 2**63."""
    mixed = (number * _ODD) & _MASK
    mixed ^= mixed >> _SHIFT
    letters = []
    for _ in range(_LENGTH):
        letters.append(_ALPHABET[mixed & 31])
        mixed >>= 5
    return f"{prefix}_{''.join(reversed(letters))}"


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
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        text = core_schema.str_schema(pattern=f"^{self.prefix}_[{_ALPHABET}]{{{_LENGTH}}}$")
        return core_schema.lax_or_strict_schema(
            lax_schema=core_schema.no_info_after_validator_function(self._read, text),
            strict_schema=core_schema.int_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._write, return_schema=core_schema.str_schema(), when_used="json-unless-none"
            ),
        )

    def _read(self, text: str) -> int:
        try:
            return internal_id(self.prefix, text)
        except ValueError:
            raise PydanticCustomError("id", "not an id of this kind") from None

    def _write(self, number: int) -> str:
        return public_id(self.prefix, number)


WorkspaceId = Annotated[int, Prefixed("ws")]
MemberId = Annotated[int, Prefixed("mem")]
TokenId = Annotated[int, Prefixed("tok")]
PersonId = Annotated[int, Prefixed("per")]
IdentityId = Annotated[int, Prefixed("idn")]
InboxId = Annotated[int, Prefixed("inb")]
ConversationId = Annotated[int, Prefixed("conv")]
MessageId = Annotated[int, Prefixed("msg")]
TagId = Annotated[int, Prefixed("tag")]
FileId = Annotated[int, Prefixed("file")]
EventId = Annotated[int, Prefixed("evt")]
SetAsideId = Annotated[int, Prefixed("aside")]
