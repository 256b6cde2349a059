from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tongxin.center.accounts.models import Member, Workspace
from tongxin.center.people.models import Identity, Person
from tongxin.service.channels.models import Inbox
from tongxin.service.conversations.models.words import StatusLabel, Topic
from tongxin.service.conversations.values import LISTED, Status

UNRESOLVED = ~models.Q(status=Status.RESOLVED)
OPEN_THERE = UNRESOLVED & models.Q(is_side=False)


class Conversation(models.Model):
    """A talk with one person over one endpoint, and whose turn it is."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    number = models.IntegerField()
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    endpoint = models.ForeignKey(
        Identity, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=120, default="")
    status = models.CharField(max_length=12, default=Status.NEW.value)
    label = models.ForeignKey(
        StatusLabel, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    topic = models.ForeignKey(
        Topic, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    came_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    came_by = models.CharField(max_length=12, default="", db_default="")
    queue_id = models.BigIntegerField(default=0, db_default=0)  # opaque here; 0: everyone's
    # Merged away: whatever leads here leads to that one, which is never merged away itself.
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # Split off: beside it another may be open at the same endpoint, where the person goes on.
    is_side = models.BooleanField(default=False, db_default=False)
    # By which of those merged into it the person is answered; null: at its own endpoint.
    answers = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assigned_at = models.DateTimeField(null=True)
    with_assistant = models.BooleanField(default=False, db_default=False)
    # One more with every change of the owner, by a trigger: who acts on an older number is too late.
    fence = models.IntegerField(default=0, db_default=0)
    # Who let it lie when it went back into the queue: others come first then.
    returned_by = models.BigIntegerField(default=0, db_default=0)
    is_snoozed = models.BooleanField(default=False)
    snoozed_until = models.DateTimeField(null=True)
    woke = models.CharField(max_length=8, default="")
    wants_human = models.BooleanField(default=False)
    waiting_since = models.DateTimeField(null=True)
    unanswered = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    first_reply_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    last_message_id = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()
    listed_at = models.GeneratedField(
        expression=models.Func("last_at", template=LISTED),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    last_text = models.CharField(max_length=160, default="")
    last_kind = models.CharField(max_length=4, default="in")
    person_got_id = models.BigIntegerField(default=0)
    person_seen_id = models.BigIntegerField(default=0)
    member_seen_id = models.BigIntegerField(default=0)
    attributes = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="conversation_number"),
            models.UniqueConstraint(
                fields=["inbox", "endpoint"], condition=OPEN_THERE, name="one_open_conversation"
            ),
            models.CheckConstraint(
                condition=models.Q(with_assistant=False) | models.Q(assignee=None),
                name="one_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-listed_at"], name="conversation_all"),
            models.Index(
                fields=["workspace", "assignee", "-listed_at"],
                name="conversation_mine",
                condition=UNRESOLVED,
            ),
            models.Index(
                fields=["workspace", "waiting_since", "id"],
                name="conversation_waiting",
                condition=models.Q(waiting_since__isnull=False, is_snoozed=False),
            ),
            models.Index(
                fields=["workspace", "snoozed_until", "id"],
                name="conversation_snoozed",
                condition=models.Q(is_snoozed=True),
            ),
            models.Index(
                fields=["workspace", "-listed_at"],
                name="conversation_human",
                condition=models.Q(wants_human=True),
            ),
            models.Index(fields=["inbox", "endpoint", "-id"], name="conversation_endpoint"),
            models.Index(fields=["person", "-id"], name="conversation_person"),
            models.Index(
                fields=["label", "-listed_at"],
                name="conversation_label",
                condition=models.Q(label__isnull=False),
            ),
            models.Index(
                fields=["topic", "-listed_at"],
                name="conversation_topic",
                condition=models.Q(topic__isnull=False),
            ),
            models.Index(
                fields=["came_from"],
                name="conversation_origin",
                condition=models.Q(came_from__isnull=False),
            ),
            models.Index(
                fields=["queue_id", "-listed_at"],
                name="conversation_queue",
                condition=models.Q(queue_id__gt=0),
            ),
            models.Index(
                fields=["merged_into"],
                name="conversation_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
            GinIndex(
                fields=["attributes"],
                name="conversation_attributes",
                condition=~models.Q(attributes={}),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.status}"


class Numbering(models.Model):
    """The last conversation number given out in a workspace."""

    workspace = models.OneToOneField(
        Workspace, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class Tag(models.Model):
    """A word that members put on conversations."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on a conversation."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "tag"], name="tagged_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.tag_id}"


class Draft(models.Model):
    """What a member has typed and not sent."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    is_note = models.BooleanField(default=False)
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "member", "is_note"], name="draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} by {self.member_id}"
