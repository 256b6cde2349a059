"""WhatsApp's error codes: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes."""

from tongxin.sdk import Failure

_CODES = {
    Failure.WINDOW_CLOSED: {131047},
    Failure.QUOTA: {131049, 130472, 131048},
    Failure.BLOCKED: {131050},
    Failure.INVALID_RECIPIENT: {131026, 131030, 131021, 130497, 131062, 131063},
    Failure.MEDIA: {131051, 131052, 131053},
    Failure.CONTENT: {
        100, 131008, 131009, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069, 135000,
    },
    Failure.AUTH: {
        0, 3, 10, 190, 368, 131005, 131031, 131037, 131042, 131045, 133005, 133006, 133009, 133010, 133015, 137000,
    },
    Failure.RATE: {4, 80007, 130429, 131056, 131064, 133016},
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_PERMISSIONS = range(200, 300)


def judged(code: int, _subcode: int = 0) -> Failure:
    """Return what an error means; what we do not know may pass."""
    return Failure.AUTH if code in _PERMISSIONS else _FAILURES.get(code, Failure.TRANSIENT)
