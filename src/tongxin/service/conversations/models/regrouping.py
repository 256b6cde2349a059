"""What was merged and split, and how it was before."""

from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.service.conversations.models.talks import Conversation
from tongxin.service.conversations.values import Regroup

_STANDS = models.Q(undone_at=None)


class Regrouping(models.Model):
    """That one conversation was merged into another, or split off from it; so that it can be undone.

    Either way undoing is about what ``source`` (the duplicate, or the part) and ``target`` were.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=[(r.value, r.value) for r in Regroup])
    source = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    target = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    changed = models.JSONField(default=dict)  # of both, by field: what it was, and became
    moved = models.JSONField(default=dict)  # by table, the rows that came along
    upto = models.BigIntegerField()  # the last message that there was
    doer = models.CharField(max_length=64)
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "-id"], name="regrouped_source", condition=_STANDS),
            models.Index(fields=["target", "-id"], name="regrouped_target", condition=_STANDS),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} -> {self.target_id}"
