from django.db import migrations, models

# An owner that is a member is the only one; and whoever wrote with an older fence is too late.
FENCE = """
CREATE FUNCTION conversations_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.with_assistant := NEW.with_assistant AND NEW.assignee_id IS NULL;
    NEW.fence := OLD.fence + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER conversation_fence
BEFORE UPDATE OF assignee_id, queue_id, with_assistant ON conversations_conversation FOR EACH ROW
WHEN ((OLD.assignee_id, OLD.queue_id, OLD.with_assistant)
    IS DISTINCT FROM (NEW.assignee_id, NEW.queue_id, NEW.with_assistant))
EXECUTE FUNCTION conversations_fence();
"""
NO_FENCE = """
DROP TRIGGER conversation_fence ON conversations_conversation;
DROP FUNCTION conversations_fence();
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0008_merges")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="with_assistant",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="conversation",
            name="fence",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("with_assistant", False)) | models.Q(("assignee", None)),
                name="one_owner",
            ),
        ),
        migrations.RunSQL(FENCE, NO_FENCE),
    ]
