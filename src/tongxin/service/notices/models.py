from django.db import models

from tongxin.center.accounts.models import Member, Workspace
from tongxin.service.conversations.models import Conversation


class Notice(models.Model):
    """One member is to look at one conversation. ``event_id`` is the fact it comes from."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    about = models.CharField(max_length=12)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    message_id = models.BigIntegerField(null=True)
    author = models.CharField(max_length=64)
    text = models.CharField(max_length=200, default="")
    event_id = models.BigIntegerField()
    given_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "event_id"], name="notice_given_once")
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="notice_list"),
            models.Index(fields=["member"], name="notice_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.about} for {self.member_id}"


class Reach(models.Model):
    """How a member wants to be reached (``["mine.sound", ...]``), and when they were last mailed."""

    member = models.OneToOneField(
        Member, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    wishes = models.JSONField(null=True)
    mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.wishes}"


class PushAddress(models.Model):
    """A browser that takes a member's pushes: where it is reached, and what only it can read."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000, unique=True)
    point = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.device} of {self.member_id}"
