"""Come, go, and share out the work."""

from tongxin.service.team.actions.abilities import set_capacity, set_phone, set_routing, set_skills
from tongxin.service.team.actions.calling import call
from tongxin.service.team.actions.handing import hand_over
from tongxin.service.team.actions.presence import arrive, keep_alive, see_off, set_presence, sweep
from tongxin.service.team.actions.routing import requeue, route, route_late, take_back

__all__ = [
    "arrive",
    "call",
    "hand_over",
    "keep_alive",
    "requeue",
    "route",
    "route_late",
    "see_off",
    "set_capacity",
    "set_phone",
    "set_presence",
    "set_routing",
    "set_skills",
    "sweep",
    "take_back",
]
