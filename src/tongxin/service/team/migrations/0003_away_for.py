from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("team", "0002_skills_and_routing"),
    ]

    operations = [
        migrations.AddField(
            model_name="presence",
            name="away_for",
            field=models.CharField(default="", max_length=12),
        ),
    ]
