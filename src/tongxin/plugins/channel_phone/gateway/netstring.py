"""Netstrings, in which baresip's control port speaks: a length, a colon, so many bytes, a comma."""

_LONGEST = 1_000_000
_MOST_DIGITS = len(str(_LONGEST))


class Broken(ValueError):
    """Not a netstring; what follows cannot be read either."""


def framed(said: bytes) -> bytes:
    """Return bytes as they go over the wire."""
    return b"%d:%s," % (len(said), said)


def unframed(heard: bytes) -> tuple[list[bytes], bytes]:
    """Return what is whole, and the rest. Raises Broken."""
    whole = []
    while (length := _length(heard)) is not None:
        begins = heard.index(b":") + 1
        ends = begins + length
        if len(heard) <= ends:
            break
        if heard[ends : ends + 1] != b",":
            raise Broken("a comma is missing")
        whole.append(heard[begins:ends])
        heard = heard[ends + 1 :]
    return whole, heard


def _length(heard: bytes) -> int | None:
    digits, colon, _rest = heard.partition(b":")
    if len(digits) > _MOST_DIGITS or (digits and not digits.isdigit()) or (colon and not digits):
        raise Broken("a length is missing")
    if not colon:
        return None
    if int(digits) > _LONGEST:
        raise Broken("it is too long")
    return int(digits)
