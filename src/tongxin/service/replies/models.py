from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Member, Workspace
from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.models import Conversation
from tongxin.service.replies.values import OnReply, Rest

LIVE = models.Q(archived_at=None)


def seen_by(actor: Actor) -> models.Q:
    """Return which canned replies and macros somebody has: everybody's and their own."""
    theirs = models.Q(owner=None)
    if actor.kind == "member":
        theirs |= models.Q(owner_id=actor.id)
    return models.Q(workspace_id=actor.workspace_id) & theirs


class Canned(models.Model):
    """Words for what comes again and again; without an owner they are everybody's."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=40)
    uses = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "owner", "shortcut"],
                condition=LIVE,
                name="canned_shortcut_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.shortcut}"


class CannedBody(models.Model):
    """What a canned reply says in one language."""

    canned = models.ForeignKey(Canned, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=16)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["canned", "language"], name="canned_body_once")
        ]

    def __str__(self) -> str:
        return f"{self.canned_id} in {self.language}"


class Macro(models.Model):
    """Several things done by one click; without an owner it is everybody's. ``steps`` are JSON."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    steps = models.JSONField()
    saved_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Held(models.Model):
    """Words to a person that rest until ``due_at``; sent, they are a message and this row is gone."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    author = models.CharField(max_length=64)
    text = models.TextField()
    file_ids = ArrayField(models.BigIntegerField(), default=list)
    client_id = models.CharField(max_length=64, null=True)
    seen_id = models.BigIntegerField()
    is_scheduled = models.BooleanField()
    on_reply = models.CharField(max_length=8, default=OnReply.SEND.value)
    state = models.CharField(max_length=12, default=Rest.WAITING.value)
    error = models.CharField(max_length=64, default="")
    reviewer = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    remark = models.CharField(max_length=500, default="")
    due_at = models.DateTimeField()
    held_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "held"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=models.Q(client_id__isnull=False),
                name="held_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="held_due", condition=models.Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state} until {self.due_at}"


class Manner(models.Model):
    """How a member likes to write: for how many seconds what they send can be taken back."""

    member = models.OneToOneField(
        Member, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    undo_seconds = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.member_id}: {self.undo_seconds} s"
