from django.db import models
from django.db.models.functions import Cast, Now

TRANSACTION_ID = Cast(
    Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
)
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class Event(models.Model):
    """Something that happened. Written once, never changed, read by many."""

    workspace_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    born_in = models.BigIntegerField(db_default=TRANSACTION_ID, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["born_in", "id"], name="event_order"),
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(
                fields=["person_id", "-happened_at"],
                name="event_person",
                condition=models.Q(person_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Cursor(models.Model):
    """How far one handler has read, and how often it has just failed."""

    handler = models.CharField(max_length=160, primary_key=True)
    born_in = models.BigIntegerField(default=-(2**62))
    event_id = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.handler


class SetAside(models.Model):
    """An event that a handler could not take, kept for a human."""

    handler = models.CharField(max_length=160)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    workspace_id = models.BigIntegerField()
    error = models.TextField()
    set_aside_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handler", "event"], name="set_aside_once")]
        indexes = [models.Index(fields=["workspace_id", "-id"], name="set_aside_list")]

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"


class Link(models.Model):
    """Seals one fact and the link before it. Written once; the database refuses to change it."""

    event_id = models.BigIntegerField(primary_key=True)
    workspace_id = models.BigIntegerField()
    number = models.BigIntegerField()
    content = models.BinaryField()
    digest = models.BinaryField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "number"], name="linked_in_order")
        ]

    def __str__(self) -> str:
        return f"#{self.number} of {self.workspace_id}"


class Retention(models.Model):
    """For how many days a workspace keeps its facts; for ever, where it says nothing."""

    workspace_id = models.BigIntegerField(primary_key=True)
    days = models.IntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.days} days"
