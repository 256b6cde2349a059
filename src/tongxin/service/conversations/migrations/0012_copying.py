import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0011_letter_raw"),
    ]

    operations = [
        migrations.CreateModel(
            name="Copying",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.CharField(max_length=64)),
                ("copied", models.JSONField(default=list)),
                ("chosen_at", models.DateTimeField()),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="copying",
            constraint=models.UniqueConstraint(
                fields=("conversation", "client_id"), name="copying_once"
            ),
        ),
    ]
