"""Finds the record that a deleted record was merged into, while the deleted one is still in the recycle bin."""

from collections.abc import Iterable, Iterator, Sequence

from connectors.api.salesforce import querying, soql
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.values import DELETED, ID, Shape
from connectors.api.values import MERGED_INTO, Condition, Record

MASTER = "MasterRecordId"


def with_merged_into(client: SalesforceClient, object: str, found: Iterable[Record], shape: Shape) -> Iterator[Record]:
    """The same records, each that is deleted with the id of the one that it was merged into."""
    records = list(found)
    gone = [record.ref.id for record in records if record.deleted]
    masters = _masters(client, object, gone) if MASTER in shape.types else {}
    yield from (record.with_value(MERGED_INTO, masters.get(record.ref.id, "")) for record in records)


def _masters(client: SalesforceClient, object: str, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for where in soql.in_pieces((Condition(ID, tuple(ids)),), soql.LONGEST_IN_URL - 1_000) if ids else ():
        conditions = [*(soql.condition(asked, {}) for asked in where), f"{DELETED} = true"]
        first = client.query(soql.select((ID, MASTER), object, conditions), include_deleted=True)
        for rows in querying.pages(client, object, first):
            found |= {row[ID]: row[MASTER] for row in rows if row.get(MASTER)}
    return found
