"""How Feishu seals its calls: AES-256-CBC by the hash of the Encrypt Key, the first block in front."""

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tongxin.sdk import malformed

_BLOCK = 16


def opened(key: str, sealed: str) -> bytes:
    """Return what was sealed. Raises Refused (``hook.malformed``)."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        cipher = Cipher(
            algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(raw[:_BLOCK])
        )
        decryptor, unpadder = cipher.decryptor(), PKCS7(_BLOCK * 8).unpadder()
        padded = decryptor.update(raw[_BLOCK:]) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise malformed() from None


def signature(key: str, at: str, nonce: str, body: bytes) -> str:
    """Return how a call is signed."""
    return hashlib.sha256(f"{at}{nonce}{key}".encode("utf-8", "surrogatepass") + body).hexdigest()
