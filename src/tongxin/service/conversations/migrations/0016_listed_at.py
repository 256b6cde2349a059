import tongxin.service.conversations.values
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_log_ins_by_connections"),
        ("channels", "0007_templates"),
        ("conversations", "0015_carried"),
        ("people", "0007_suspect"),
    ]

    operations = [
        # Room in each page for what changes in place; the new column rewrites the table.
        migrations.RunSQL(
            "ALTER TABLE conversations_conversation SET (fillfactor = 85)",
            "ALTER TABLE conversations_conversation RESET (fillfactor)",
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_all",
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_mine",
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_human",
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_label",
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_topic",
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_queue",
        ),
        migrations.AddField(
            model_name="conversation",
            name="listed_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "last_at",
                    template="date_bin('10 s', %(expressions)s, '2001-01-01 00:00:00Z'::timestamptz)",
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["workspace", "-listed_at"], name="conversation_all"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(
                    ("status", tongxin.service.conversations.values.Status["RESOLVED"]),
                    _negated=True,
                ),
                fields=["workspace", "assignee", "-listed_at"],
                name="conversation_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("wants_human", True)),
                fields=["workspace", "-listed_at"],
                name="conversation_human",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("label__isnull", False)),
                fields=["label", "-listed_at"],
                name="conversation_label",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("topic__isnull", False)),
                fields=["topic", "-listed_at"],
                name="conversation_topic",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("queue_id__gt", 0)),
                fields=["queue_id", "-listed_at"],
                name="conversation_queue",
            ),
        ),
    ]
