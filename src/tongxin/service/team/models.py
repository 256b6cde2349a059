from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Member, Workspace
from tongxin.service.channels.models import Inbox
from tongxin.service.queues.values import Strategy
from tongxin.service.team.rules import CAPACITY, WEIGHT
from tongxin.service.team.values import State


def _words() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=40), default=list)


class Presence(models.Model):
    """What a member chose, since when, when their desk was last heard of; and what they can do."""

    member = models.OneToOneField(
        Member, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    chosen = models.CharField(max_length=8, default=State.ONLINE.value)
    state = models.CharField(max_length=8, default=State.OFFLINE.value)
    away_for = models.CharField(max_length=12, default="")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    capacity = models.SmallIntegerField(default=CAPACITY)
    skills = _words()
    languages = _words()
    given_at = models.DateTimeField(null=True)
    phone = models.CharField(max_length=128, default="", db_default="")  # where they are rung

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity__range=(0, 1000)), name="capacity_sane"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"


class InboxRouting(models.Model):
    """How an inbox's conversations find somebody, where that differs from the usual."""

    inbox = models.OneToOneField(
        Inbox, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    is_automatic = models.BooleanField(default=True)
    weight = models.SmallIntegerField(default=WEIGHT)
    strategy = models.CharField(max_length=12, default=Strategy.LEAST_BUSY.value)
    skills = _words()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weight__range=(1, 1000)), name="weight_sane")
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.strategy}"
