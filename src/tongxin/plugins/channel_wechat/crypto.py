"""How WeChat and WeCom sign and seal their calls: SHA-1 over sorted words, AES-256-CBC with the key as its IV."""

import base64
import binascii
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tongxin.sdk import check_same, malformed, signed_words

_KEY, _BLOCK, _RANDOM, _LENGTH = 32, 32, 16, 4


def check(token: str, shown: str, *words: str) -> None:
    """Raise Refused (``hook.forged``) unless a call is signed by our token."""
    check_same(signed_words(token, *words) if token else "", shown)


def opened(aes_key: str, owner: str, sealed: str) -> bytes:
    """Return what was sealed for an owner (an app id or corp id). Raises Refused (``hook.malformed``)."""
    try:
        key = base64.b64decode(f"{aes_key}=", validate=True)
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise malformed() from None
    if len(key) != _KEY or not raw or len(raw) % _RANDOM:
        raise malformed()
    return _content(_decrypted(key, raw), owner)


def _decrypted(key: bytes, raw: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:_RANDOM])).decryptor()
    try:
        plain = decryptor.update(raw) + decryptor.finalize()
    except ValueError:
        raise malformed() from None
    padding = plain[-1]
    if not 1 <= padding <= _BLOCK or len(plain) < padding + _RANDOM + _LENGTH:
        raise malformed()
    return plain[_RANDOM:-padding]


def _content(plain: bytes, owner: str) -> bytes:
    [length] = struct.unpack(">I", plain[:_LENGTH])
    content, named = plain[_LENGTH : _LENGTH + length], plain[_LENGTH + length :]
    if len(content) != length:
        raise malformed()
    if named.decode("utf-8", "replace") != owner:
        raise malformed()
    return content
