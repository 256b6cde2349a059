"""What comes in and what goes out, as it is kept on its way."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongxin.service.channels.models.inboxes import Inbox
from tongxin.service.channels.values import CallState, DepartureState


class Call(models.Model):
    """What came in at an inbox, raw, as nobody has interpreted it yet (or could)."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    workspace_id = models.BigIntegerField()
    method = models.CharField(max_length=8)
    url = models.TextField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    came_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=CallState.NEW.value)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    code = models.CharField(max_length=64, default="")
    detail = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["inbox", "id"], name="call_new", condition=Q(state="new")),
            models.Index(
                fields=["workspace_id", "-id"], name="call_broken", condition=Q(state="broken")
            ),
            models.Index(fields=["came_at"], name="call_done", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.method} {self.state}"


class Departure(models.Model):
    """A message on its way out. ``lane`` is what keeps its order: nothing of it overtakes.

    With a ``mend_id`` it is a change of one that left, or its recall; ``parts`` are the channel's names for
    all the messages that it left as, or for those that the channel took before it stopped.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    workspace_id = models.BigIntegerField()
    message_id = models.BigIntegerField()  # opaque here
    mend_id = models.BigIntegerField(default=0, db_default=0)  # opaque here
    lane = models.BigIntegerField()
    payload = models.JSONField()
    state = models.CharField(max_length=8, default=DepartureState.WAITING.value)
    stage = models.CharField(max_length=12, default="")
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    alone = models.BooleanField(default=False)  # a batch broke with it: by itself from now on
    failure = models.CharField(max_length=32, default="")
    detail = models.TextField(default="")
    external_id = models.CharField(max_length=200, default="")
    parts = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id", "mend_id"], name="departure_once")
        ]
        indexes = [
            models.Index(
                fields=["inbox", "lane", "id"], name="departure_lane", condition=Q(state="waiting")
            ),
            models.Index(fields=["inbox", "lane", "tried_at"], name="departure_tried"),
            models.Index(
                fields=["inbox", "due_at", "id"],
                name="departure_due",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["workspace_id", "-id"], name="departure_dead", condition=Q(state="dead")
            ),
            models.Index(
                fields=["inbox", "external_id"],
                name="departure_external",
                condition=~Q(external_id=""),
            ),
            models.Index(fields=["sent_at"], name="departure_sent", condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class Gate(models.Model):
    """What an inbox lets through, and how it is: whoever sends or listens for it holds this row."""

    inbox = models.OneToOneField(
        Inbox, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    tokens = models.FloatField(null=True)  # null: full
    refilled_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=32, default="", db_default="")
    falls = models.SmallIntegerField(default=0, db_default=0)  # how often it was held in a row
    cursor = models.TextField(default="", db_default="")
    listener = models.CharField(max_length=64, default="", db_default="")
    listened_until = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", db_default="")
    last_error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"gate of {self.pk}"


class Opening(models.Model):
    """Since when, after what, and how often already one may write to an address."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=32)
    value = models.CharField(max_length=254)
    after = models.CharField(max_length=32)
    at = models.DateTimeField()
    used = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inbox", "kind", "value", "after"], name="opening_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value} after {self.after}"


class HeardEvent(models.Model):
    """That an event was told already, however often its channel repeats it."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inbox", "external_id"], name="event_heard_once")
        ]
        indexes = [models.Index(fields=["heard_at"], name="event_heard_at")]

    def __str__(self) -> str:
        return self.external_id
