"""Everything a plugin may use. What is not here is nobody's business but the house's."""

from django.utils.translation import gettext_lazy as translate

from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.people.values import Address
from tongxin.service.channels.ports import Arrival, Channel, Departure, Receipt

VERSION = "1.0"

__all__ = [
    "VERSION",
    "Address",
    "Arrival",
    "Channel",
    "Departure",
    "Reason",
    "Receipt",
    "Refused",
    "translate",
]
