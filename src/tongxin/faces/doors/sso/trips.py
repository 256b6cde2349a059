"""What a browser has under way: sent to a provider, not back yet. Kept in its session alone."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.http import HttpRequest

from tongxin.center.federation.actions import take_once
from tongxin.center.federation.values import Provider
from tongxin.faces.doors.sso.trouble import trouble

_KEPT = "sso_trips"
_MOST = 5  # tabs that log in at once
_GOOD_FOR = timedelta(minutes=10)
_SHORT = 20 * 60  # seconds that a session lasts which holds nothing else


@dataclass(frozen=True)
class Trip:
    """One way to a provider and back: what must come back with it, and where it leads then."""

    key: str
    state: str
    began_at: float
    leads_to: str
    nonce: str = ""
    verifier: str = ""
    request_id: str = ""


def begun(provider: Provider, leads_to: str, now: datetime) -> Trip:
    """Return a new trip with secrets of its own."""
    return Trip(
        provider.key, token_urlsafe(24), now.timestamp(), leads_to, token_urlsafe(24), token_urlsafe(48)
    )  # fmt: skip


def keep(request: HttpRequest, trip: Trip) -> None:
    """Remember a trip in the browser's session."""
    if not request.session.session_key:
        request.session.set_expiry(_SHORT)
    trips = dict(request.session.get(_KEPT) or {})
    trips[trip.state] = asdict(trip)
    request.session[_KEPT] = dict(list(trips.items())[-_MOST:])


def is_under_way(request: HttpRequest, state: str) -> bool:
    return state in (request.session.get(_KEPT) or {})


def finished(request: HttpRequest, provider: Provider, state: str, now: datetime) -> Trip:
    """Return the trip that ends here, once. Raises Refused: ``sso.state``, ``sso.expired``, ``sso.replay``."""
    trips = dict(request.session.get(_KEPT) or {})
    found = trips.pop(state, None)
    if found is None or found["key"] != provider.key:
        raise trouble("sso.state")
    request.session[_KEPT] = trips
    trip = Trip(**found)
    if now.timestamp() - trip.began_at > _GOOD_FOR.total_seconds():
        raise trouble("sso.expired")
    if not take_once(purpose="sso trip", name=state, until=now + 2 * _GOOD_FOR, now=now):
        raise trouble("sso.replay")
    return trip
