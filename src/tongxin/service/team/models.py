from django.db import models

from tongxin.center.accounts.models import Member, Workspace
from tongxin.service.team.values import State

CAPACITY = 8


class Presence(models.Model):
    """What a member chose, since when, and when their desk was last heard of."""

    member = models.OneToOneField(
        Member, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    chosen = models.CharField(max_length=8, default=State.ONLINE.value)
    state = models.CharField(max_length=8, default=State.OFFLINE.value)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    capacity = models.SmallIntegerField(default=CAPACITY)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity__range=(0, 1000)), name="capacity_sane"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"
