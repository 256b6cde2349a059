from django.db import migrations

# Addresses have a permission of their own now: whatever could read people's still can.
_KEEP = """
UPDATE {table} SET {column} = array_cat({column}, ARRAY['contact.read', 'contact.reveal']::varchar[])
WHERE 'people.read' = ANY ({column}) AND 'contact.read' <> ALL ({column})
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_step")]

    operations = [
        migrations.RunSQL(
            _KEEP.format(table="accounts_token", column="scopes"), migrations.RunSQL.noop
        ),
    ]
