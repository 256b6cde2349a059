"""Ask a service who newcomers are, once: what they are called there, and what else it vouches for."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.people.actions import vouch
from tongxin.center.people.queries import people_at
from tongxin.center.people.values import Address
from tongxin.service.channels.ports import Arrival, Channel
from tongxin.service.channels.values import InboxRow

Spot = tuple[str, str]  # (kind, value)
Told = Mapping[Spot, Sequence[Address]]

log = logging.getLogger(__name__)


def introductions(channel: Channel, inbox: InboxRow, arrivals: Collection[Arrival]) -> Told:
    """Return what a service says of those whom nobody knows yet; nobody waits for what it does not say."""
    if type(channel).introduce is Channel.introduce:
        return {}
    senders = {(a.sender.kind, a.sender.value): a.sender for a in arrivals}
    known = people_at(workspace_id=inbox.workspace_id, addresses=set(senders))
    told: dict[Spot, Sequence[Address]] = {}
    for spot, who in senders.items():
        if spot in known:
            continue
        try:
            told[spot] = channel.introduce(who)
        except Unreachable:
            log.warning("inbox %s cannot be asked who newcomers are", inbox.id)
            break  # nobody waits for it many times over
        except Exception:  # whatever a plugin raises: they are served without a name, too
            log.warning("inbox %s does not say who somebody is", inbox.id, exc_info=True)
    return told


def introduced(arrival: Arrival, told: Told) -> Arrival:
    """Return an arrival with its sender's name and further addresses, as they were told."""
    sender = arrival.sender
    said = told.get((sender.kind, sender.value), ())
    names = [one.name for one in said if (one.kind, one.value) == (sender.kind, sender.value)]
    others = [one for one in said if (one.kind, one.value) != (sender.kind, sender.value)]
    name = sender.name or next(iter(names), "")
    return replace(arrival, sender=replace(sender, name=name), also=(*arrival.also, *others))


def take_word(inbox: InboxRow, arrivals: Collection[Arrival], now: datetime) -> int:
    """Note the addresses that arrivals' senders have besides; returns how many were not known."""
    telling = [a for a in arrivals if a.also]
    spots = {(a.sender.kind, a.sender.value) for a in telling}
    people = people_at(workspace_id=inbox.workspace_id, addresses=spots) if spots else {}
    vouched = [
        (people[a.sender.kind, a.sender.value], one)
        for a in telling
        if (a.sender.kind, a.sender.value) in people
        for one in a.also
    ]
    return vouch(
        workspace_id=inbox.workspace_id, vouched=vouched, proof=f"channel:{inbox.channel}", now=now
    )
