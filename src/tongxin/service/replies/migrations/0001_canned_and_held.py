import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("conversations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Manner",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("undo_seconds", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Canned",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("shortcut", models.CharField(max_length=40)),
                ("uses", models.IntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("saved_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CannedBody",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=16)),
                ("text", models.TextField()),
                (
                    "canned",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="replies.canned",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Held",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("author", models.CharField(max_length=64)),
                ("text", models.TextField()),
                (
                    "file_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("client_id", models.CharField(max_length=64, null=True)),
                ("seen_id", models.BigIntegerField()),
                ("is_scheduled", models.BooleanField()),
                ("on_reply", models.CharField(default="send", max_length=8)),
                ("state", models.CharField(default="waiting", max_length=12)),
                ("error", models.CharField(default="", max_length=64)),
                ("due_at", models.DateTimeField()),
                ("held_at", models.DateTimeField()),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "held",
            },
        ),
        migrations.AddConstraint(
            model_name="canned",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("workspace", "owner", "shortcut"),
                name="canned_shortcut_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="cannedbody",
            constraint=models.UniqueConstraint(
                fields=("canned", "language"), name="canned_body_once"
            ),
        ),
        migrations.AddIndex(
            model_name="held",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="held_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="held",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client_id__isnull", False)),
                fields=("conversation", "client_id"),
                name="held_once",
            ),
        ),
    ]
