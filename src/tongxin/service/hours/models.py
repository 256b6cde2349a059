from django.db import models

from tongxin.center.accounts.models import Workspace


class Calendar(models.Model):
    """When people of ours are at work; ``hours`` is ``values.Hours`` as JSON."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    hours = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="calendar_once")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
