"""Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md."""

import base64
import binascii
import hmac
import time
from collections.abc import Mapping

from tongxin.sdk import Call, check_same, forged

_PREFIX = "whsec_"
_SKEW = 300  # seconds that two clocks may differ, and a call may have waited


def key_of(secret: str) -> bytes:
    """Return a secret's bytes; none where it is no Base64."""
    try:
        return base64.b64decode(secret.strip().removeprefix(_PREFIX) + "==", validate=False)
    except (binascii.Error, ValueError):
        return b""


def signed(secret: str, name: str, body: bytes, at: int) -> Mapping[str, str]:
    """Return the headers of a call."""
    signature = _signature(key_of(secret), name, str(at), body)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }


def check(secret: str, call: Call) -> None:
    """Raise Refused (``hook.forged``) unless one of the signatures is right, and of these minutes."""
    key, name = key_of(secret), call.headers.get("webhook-id", "")
    at, shown = call.headers.get("webhook-timestamp", ""), call.headers.get("webhook-signature", "")
    is_now = at.isascii() and at.isdigit() and abs(time.time() - int(at[:12])) <= _SKEW
    if not key or not name or not is_now:
        raise forged()
    right = _signature(key, name, at, call.body)
    of_ours = [one.removeprefix("v1,") for one in shown.split(" ") if one.startswith("v1,")]
    matching = [one for one in of_ours if hmac.compare_digest(one.encode(), right.encode())]
    check_same(right, matching[0] if matching else "")


def _signature(key: bytes, name: str, at: str, body: bytes) -> str:
    said = f"{name}.{at}.".encode() + body
    return base64.b64encode(hmac.digest(key, said, "sha256")).decode()
