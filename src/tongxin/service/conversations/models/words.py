"""What a workspace calls things: its statuses, its topics, and what it asks at the end."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.service.channels.models import Inbox
from tongxin.service.conversations.values import Asks, Reopens, Status, Tint


class StatusLabel(models.Model):
    """A status in a workspace's own words. The category behind it is what everything else reads."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    category = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Status])
    name = models.CharField(max_length=40)
    shown = models.CharField(max_length=40, default="")
    tint = models.CharField(max_length=12, default=Tint.PLAIN.value)
    place = models.IntegerField()
    is_default = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="status_once"),
            models.UniqueConstraint(
                fields=["workspace", "category"],
                condition=models.Q(is_default=True),
                name="one_default_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.name}"


class Topic(models.Model):
    """What conversations are about: a tree of at most three levels."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "parent", "name"], name="topic_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class QueueEnding(models.Model):
    """What a queue (opaque here) says of the end of its conversations, in place of their inboxes."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    queue_id = models.BigIntegerField()
    reopens = models.CharField(max_length=8, default=Reopens.AS_INBOX.value)
    reopen_days = models.SmallIntegerField(null=True)
    asks = models.CharField(max_length=8, null=True)
    is_strict = models.BooleanField(default=False)
    keys = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "queue_id"], name="queue_ends_once")
        ]

    def __str__(self) -> str:
        return f"of queue {self.queue_id}"


class WrapUpForm(models.Model):
    """What is asked when a conversation of an inbox is settled; without a row nothing is."""

    inbox = models.OneToOneField(
        Inbox, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    asks = models.CharField(max_length=8, choices=[(a.value, a.value) for a in Asks])
    is_strict = models.BooleanField(default=False)
    keys = ArrayField(models.CharField(max_length=40), default=list)

    def __str__(self) -> str:
        return f"of {self.inbox_id}: {self.asks}"
