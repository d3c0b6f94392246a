"""From stored rows to what the engine decides with."""

from __future__ import annotations

from connectors.api.values import FieldType
from mappings.models import Sync
from mappings.services import Schemas, configuration, schemas


def test_the_configuration_knows_the_types_of_notes_and_details(sync: Sync, known: Schemas) -> None:
    """S3.21: rich text has to lose its formatting on the way."""
    sync.options = {"notes": "Rich_Notes__c", "details": "Description"}
    config = configuration(sync, known)
    assert (config.notes_type, config.details_type) == (FieldType.RICH_TEXT, FieldType.LONG_TEXT)


def test_so_does_that_of_people(contacts: Sync) -> None:
    """S3.34."""
    contacts.options = {"details": "Rich_Notes__c"}
    config = configuration(contacts, schemas(contacts))
    assert (config.notes_type, config.details_type) == (FieldType.TEXT, FieldType.RICH_TEXT)
