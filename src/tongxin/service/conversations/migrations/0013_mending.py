from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0012_copying"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="mend_state",
            field=models.CharField(db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="message",
            name="mend_error",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
