"""What is said of a conversation at its end: by the person, and by us."""

from django.db import models

from tongxin.service.conversations.models.talks import Conversation


class Rating(models.Model):
    """What the person said of a conversation when it was resolved."""

    conversation = models.OneToOneField(
        Conversation, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    score = models.SmallIntegerField()
    is_solved = models.BooleanField()
    comment = models.TextField(default="")
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="score_1_to_5")
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"


class WrapUp(models.Model):
    """What a conversation was about and how it ended, as whoever settled it says."""

    conversation = models.OneToOneField(
        Conversation, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    text = models.TextField(default="")
    author = models.CharField(max_length=64)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.conversation_id}"
