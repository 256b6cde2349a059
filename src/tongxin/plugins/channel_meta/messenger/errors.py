"""Messenger's error codes: https://developers.facebook.com/docs/messenger-platform/error-codes."""

from tongxin.sdk import Failure

_SUBCODES = {
    2018278: Failure.WINDOW_CLOSED,
    2018065: Failure.WINDOW_CLOSED,
    2534022: Failure.WINDOW_CLOSED,  # Instagram's
    1545041: Failure.BLOCKED,
    2018108: Failure.BLOCKED,
    2018001: Failure.INVALID_RECIPIENT,
    2534014: Failure.INVALID_RECIPIENT,
    2018047: Failure.MEDIA,
    2018008: Failure.MEDIA,
    2018074: Failure.MEDIA,
    2018007: Failure.MEDIA,
}
_CODES = {
    3: Failure.AUTH, 10: Failure.AUTH, 190: Failure.AUTH, 368: Failure.AUTH, 551: Failure.BLOCKED,
    100: Failure.CONTENT, 4: Failure.RATE, 32: Failure.RATE, 613: Failure.RATE, 80006: Failure.RATE,
    80002: Failure.RATE,
}  # fmt: skip
_PERMISSIONS = range(200, 300)


def judged(code: int, subcode: int = 0) -> Failure:
    """Return what an error means; what we do not know may pass."""
    if subcode in _SUBCODES:
        return _SUBCODES[subcode]
    return Failure.AUTH if code in _PERMISSIONS else _CODES.get(code, Failure.TRANSIENT)
