"""How Tencent's calls are signed: https://cloud.tencent.com/document/api/382/52072 (TC3-HMAC-SHA256)."""

import hashlib
import hmac
from datetime import UTC, datetime

_ALGORITHM, _END = "TC3-HMAC-SHA256", "tc3_request"
CONTENT_TYPE = "application/json; charset=utf-8"
_SIGNED = "content-type;host;x-tc-action"


def authorization(pair: tuple[str, str], host: str, action: str, at: int, body: bytes) -> str:
    """Return the header for a call. ``pair`` is the id and the key, ``at`` the second it is made in."""
    secret_id, key = pair
    service = host.partition(".")[0]
    date = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/{_END}"
    heads = f"content-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    request = "\n".join(("POST", "/", "", heads, _SIGNED, hashlib.sha256(body).hexdigest()))
    said = "\n".join((_ALGORITHM, str(at), scope, hashlib.sha256(request.encode()).hexdigest()))
    secret = f"TC3{key}".encode()
    for word in (date, service, _END):
        secret = hmac.digest(secret, word.encode(), "sha256")
    shown = hmac.digest(secret, said.encode(), "sha256").hex()
    return (
        f"{_ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={_SIGNED}, Signature={shown}"
    )
