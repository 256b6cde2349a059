"""Web Push without anybody in between: what a browser's own service carries, only that browser reads.

Encryption: RFC 8291 (one record of RFC 8188, ``aes128gcm``); who sends: VAPID, RFC 8292.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_RECORD = 4096  # bytes; every push service takes as much
LONGEST = 3000  # bytes of a message, so that its record is never full
_GOOD_FOR = timedelta(hours=12)
_POINT, _AUTH = 65, 16


def encrypted(
    message: bytes, point: str, auth: str, *, salt: bytes = b"", own: ec.EllipticCurvePrivateKey | None = None
) -> bytes:  # fmt: skip
    """Return a message as the browser with this key (``p256dh``) and secret (``auth``) reads it.

    Raises ValueError where these are none, or the message is longer than ``LONGEST``.
    """
    theirs, secret = _unpacked(point, _POINT), _unpacked(auth, _AUTH)
    if len(message) > LONGEST:
        raise ValueError("too long for a push")
    own, salt = own or ec.generate_private_key(_CURVE), salt or os.urandom(16)
    ours = _point_of(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    seed = _derived(shared, secret, b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(seed, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def check_keys(point: str, auth: str) -> None:
    """Raise ValueError where a browser's key and secret are none."""
    _unpacked(auth, _AUTH)
    ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, _unpacked(point, _POINT))


def sender(endpoint: str, now: datetime) -> str:
    """Return the header that says to a browser's push service who sends."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _GOOD_FOR).timestamp()),
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    return f"vapid t={jwt.encode(claims, _key(), algorithm='ES256')}, k={public_key()}"


@cache
def public_key() -> str:
    """Return the key that browsers ask for when they let this installation push."""
    return _packed(_point_of(_key()))


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    """Derive this installation's key from its secret, so that it lies nowhere else."""
    seed = _derived(settings.SECRET_KEY.encode(), b"tongxin", b"vapid", 48)
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, _CURVE)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpacked(text: str, length: int) -> bytes:
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(data) != length:
        raise ValueError("not what a browser's push has")
    return data
