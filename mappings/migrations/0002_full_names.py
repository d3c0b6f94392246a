"""Fields are known by their full names on both sides; custom fields of the right side had bare keys."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat


def write_full_names(apps, schema_editor):
    prefix = Value("fields.")
    apps.get_model("mappings", "FieldMapping").objects.update(right=Concat(prefix, "right"))
    apps.get_model("mappings", "Sync").objects.exclude(id_field="").update(id_field=Concat(prefix, "id_field"))


class Migration(migrations.Migration):

    dependencies = [("mappings", "0001_initial")]

    operations = [migrations.RunPython(write_full_names, migrations.RunPython.noop)]
