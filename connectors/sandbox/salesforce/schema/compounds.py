"""Fields that come in groups: the identity and audit fields of every object, names, addresses, geolocations."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce.schema.fields import (
    Compute,
    Field,
    Row,
    boolean,
    date,
    moment,
    number,
    picklist,
    read_only,
    reference,
    required,
    short_area,
    system,
    text,
)

ADDRESS_PARTS = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude")
ACCURACY = "Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown"
SALUTATIONS = "Mr.|Ms.|Mrs.|Dr.|Prof.|Mx."


def identity(label: str) -> list[Field]:
    id_field = Field("Id", f"{label} ID", "id", 18, id_lookup=True)
    return [system(id_field), system(boolean("IsDeleted", "Deleted"))]


def master_record(name: str) -> Field:
    return read_only(reference("MasterRecordId", "Master Record ID", name))


def audit() -> list[Field]:
    return [
        system(moment("CreatedDate", "Created Date")),
        system(reference("CreatedById", "Created By ID", "User")),
        system(moment("LastModifiedDate", "Last Modified Date")),
        system(reference("LastModifiedById", "Last Modified By ID", "User")),
        system(moment("SystemModstamp", "System Modstamp")),
    ]


def activity() -> list[Field]:
    return [
        read_only(date("LastActivityDate", "Last Activity")),
        read_only(moment("LastViewedDate", "Last Viewed Date")),
        read_only(moment("LastReferencedDate", "Last Referenced Date")),
    ]


CLEAN = "Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped"


def cleaned(kind: str) -> list[Field]:
    """The fields of the vendor's data cleaning; kind: what it knows of, Company or Contact."""
    return [
        text("Jigsaw", "Data.com Key", 20),
        read_only(text(f"Jigsaw{kind}Id", f"Jigsaw {kind} ID", 20, relationship=f"Jigsaw{kind}")),
        picklist("CleanStatus", "Clean Status", CLEAN, 40),
    ]


def full_name(row: Row) -> str | None:
    """First and last name joined, as the vendor's compound Name reads."""
    return " ".join(part for part in (row.get("FirstName"), row.get("LastName")) if part) or None


def person_name(extra: str = "personname") -> list[Field]:
    last = required(text("LastName", "Last Name", 80, extra=extra, compound="Name"))
    whole = text("Name", "Full Name", 121, extra=extra, name_field=True, compute=full_name)
    return [
        last,
        text("FirstName", "First Name", 40, extra=extra, compound="Name", permissionable=False),
        picklist("Salutation", "Salutation", SALUTATIONS, 40, extra=extra, compound="Name", permissionable=False),
        replace(read_only(whole), nillable=False),
    ]


def address(prefix: str, label: str = "") -> list[Field]:
    """The eight parts of an address and the compound that gathers them; prefix "Billing" gives BillingStreet."""
    compound = f"{prefix}Address"
    lead = f"{label} " if label else ""
    parts = [
        short_area(f"{prefix}Street", f"{lead}Street"),
        text(f"{prefix}City", f"{lead}City", 40),
        text(f"{prefix}State", f"{lead}State/Province", 80),
        text(f"{prefix}PostalCode", f"{lead}Zip/Postal Code", 20),
        text(f"{prefix}Country", f"{lead}Country", 80),
        number(f"{prefix}Latitude", f"{lead}Latitude", 18, 15),
        number(f"{prefix}Longitude", f"{lead}Longitude", 18, 15),
        picklist(f"{prefix}GeocodeAccuracy", f"{lead}Geocode Accuracy", ACCURACY, 40),
    ]
    whole = Field(compound, f"{lead}Address", "address", sortable=False, groupable=False)
    whole = replace(whole, createable=False, updateable=False, compute=address_reader(prefix))
    return [replace(part, compound=compound) for part in parts] + [whole]


def address_reader(prefix: str) -> Compute:
    keys = [(part[0].lower() + part[1:], prefix + part) for part in (*ADDRESS_PARTS, "GeocodeAccuracy")]

    def read(row: Row) -> dict[str, object] | None:
        values = {key: row.get(name) for key, name in keys}
        return values if any(v is not None for v in values.values()) else None

    return read


def geolocation(name: str, label: str, scale: int = 6) -> list[Field]:
    """A custom geolocation: the compound Name__c and its two writable halves Name__Latitude__s, Name__Longitude__s."""
    stem = name.removesuffix("__c")
    latitude, longitude = f"{stem}__Latitude__s", f"{stem}__Longitude__s"

    def read(row: Row) -> dict[str, object] | None:
        values = {"latitude": row.get(latitude), "longitude": row.get(longitude)}
        return values if any(v is not None for v in values.values()) else None

    halves = [
        number(latitude, f"{label} (Latitude)", scale + 3, scale),
        number(longitude, f"{label} (Longitude)", scale + 3, scale),
    ]
    whole = Field(name, label, "location", sortable=False, groupable=False)
    whole = replace(whole, createable=False, updateable=False, compute=read, custom=True)
    return [replace(half, compound=name, custom=True) for half in halves] + [whole]
