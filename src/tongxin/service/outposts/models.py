from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.center.kit.sealing import SealedField
from tongxin.service.conversations.models import Conversation


class Outpost(models.Model):
    """A room of colleagues in another chat."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    plugin = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    secrets = SealedField(default="", db_default="")  # JSON: those settings that nobody may read
    wants = ArrayField(models.CharField(max_length=16), default=list)
    minutes = models.PositiveSmallIntegerField()
    enabled = models.BooleanField(default=True)
    trouble = models.CharField(max_length=300, default="", db_default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.pk} {self.plugin} {self.name}"


class Posted(models.Model):
    """Something told at an outpost, once for each ``cause``; ``thread`` is empty until it was said."""

    outpost = models.ForeignKey(Outpost, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    cause = models.CharField(max_length=80)
    thread = models.CharField(max_length=100, default="", db_default="")
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outpost", "cause"], name="posted_once")]
        indexes = [models.Index(fields=["outpost", "thread"], name="posted_thread")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.cause}"


class Heard(models.Model):
    """What a colleague answered, until it is done; whoever does it has it until ``held_until``."""

    outpost = models.ForeignKey(Outpost, on_delete=models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200)
    thread = models.CharField(max_length=100)
    author = models.CharField(max_length=100)
    text = models.TextField()
    came_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    held_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outpost", "external_id"], name="heard_at_outpost_once")
        ]
        indexes = [
            models.Index(fields=["id"], name="heard_undone", condition=models.Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"#{self.pk} by {self.author}"
