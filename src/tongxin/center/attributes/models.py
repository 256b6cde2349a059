from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.center.attributes.values import AttributeType, Thing


class Definition(models.Model):
    """One attribute that a workspace keeps of its people, organizations or conversations."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    thing = models.CharField(max_length=16, choices=[(t.value, t.value) for t in Thing])
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    type = models.CharField(max_length=8, choices=[(t.value, t.value) for t in AttributeType])
    options = ArrayField(models.CharField(max_length=60), default=list)
    archived_at = models.DateTimeField(null=True)
    defined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "thing", "key"], name="attribute_once")
        ]

    def __str__(self) -> str:
        return f"{self.thing}.{self.key}"
