from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_shared_accounts")]

    operations = [
        migrations.AddField(
            model_name="identity",
            name="suspect_since",
            field=models.DateTimeField(null=True),
        ),
    ]
