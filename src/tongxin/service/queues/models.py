from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.service.hours.models import Calendar
from tongxin.service.queues.values import Fallback, Strategy


class Queue(models.Model):
    """Where conversations wait. The one that is everyone's has a row only where something was chosen."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    is_everyones = models.BooleanField(default=False)
    strategy = models.CharField(max_length=12, default=Strategy.LEAST_BUSY.value)
    fallback = models.CharField(max_length=8, default=Fallback.STAY.value)
    fallback_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    fallback_minutes = models.SmallIntegerField(default=0)
    idle_minutes = models.SmallIntegerField(null=True)
    returns_absent = models.BooleanField(default=False)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                name="queue_once",
                condition=models.Q(closed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
