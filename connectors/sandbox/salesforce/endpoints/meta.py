"""Versions, resources, describes, limits and record counts."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce.api import NEWEST_VERSION, OLDEST_VERSION, Call, Paths, answer
from connectors.sandbox.salesforce.endpoints.identity import address
from connectors.sandbox.salesforce.errors import not_found
from connectors.sandbox.salesforce.schema import describe

RESOURCES = ("sobjects", "query", "queryAll", "limits", "composite", "jobs")
SEASONS = ("Spring", "Summer", "Winter")


def versions(call: Call) -> Response:
    return answer(
        [
            {"label": _release(v), "url": f"/services/data/v{v}.0", "version": f"{v}.0"}
            for v in range(OLDEST_VERSION, NEWEST_VERSION + 1)
        ]
    )


def _release(version: int) -> str:
    """Three releases a year; 60.0 was Spring '24."""
    year, season = divmod(version - 60, 3)
    return f"{SEASONS[season]} '{24 + year + (season == 2)}"


def resources(call: Call) -> Response:
    served = {name: f"{call.root}/{name}" for name in RESOURCES}
    return answer({"identity": address(call.base_url), **served})


def describe_global(call: Call) -> Response:
    entries = [describe.global_entry(o, call.root) for o in call.org.objects.values()]
    return answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries})


def describe_object(call: Call) -> Response:
    return answer(describe.full(call.org, call.org.object(call.path["object"]), call.root, call.base_url))


def limits(call: Call) -> Response:
    org = call.org
    used = org.calls
    most = org.settings.daily_requests
    answered = {
        "DailyApiRequests": _limit(most, used),
        "DailyBulkApiBatches": _limit(15_000, 0),
        "DailyBulkV2QueryJobs": _limit(10_000, sum(job.kind == "query" for job in org.jobs.values())),
        "DailyBulkV2QueryFileStorageMB": _limit(976_562, 0),
        "DataStorageMB": _limit(10_240, sum(len(t.rows) for t in org.tables.values()) * 2 // 1024),
        "FileStorageMB": _limit(10_240, 0),
        "SingleEmail": _limit(5_000, 0),
    }
    return answer(answered)


def _limit(most: int, used: int) -> dict[str, int]:
    return {"Max": most, "Remaining": max(0, most - used)}


def record_count(call: Call) -> Response:
    names = [n.strip() for n in call.query.get("sObjects", "").split(",") if n.strip()]
    tables = [t for n, t in call.org.tables.items() if not names or n in names]
    return answer({"sObjects": [{"count": len(t.rows), "name": t.object.name} for t in tables]})


def picklist_values(call: Call) -> Response:
    """ui-api: the picklist values a record type offers, for every picklist of the object."""
    object = call.org.object(call.path["object"])
    chosen = object.record_type(call.path["record_type"])
    if chosen is None:
        raise not_found()
    fields: dict[str, Any] = {}
    for f in object.fields.values():
        if f.type not in ("picklist", "multipicklist"):
            continue
        offered = chosen.picklists.get(f.name)
        values = [v for v in f.values if v.active and (offered is None or v.value in offered)]
        shown: list[dict[str, Any]] = [
            {"attributes": None, "label": v.label, "validFor": [], "value": v.value} for v in values
        ]
        default = next((s for v, s in zip(values, shown, strict=True) if v.default), None)
        url = f"{call.root}/ui-api/object-info/{object.name}/picklist-values/{chosen.id}/{f.name}"
        fields[f.name] = {
            "controllerValues": {},
            "defaultValue": default,
            "eTag": f"{abs(hash((f.name, offered))):032x}",
            "url": url,
            "values": shown,
        }
    return answer({"eTag": f"{abs(hash(chosen.id)):032x}", "picklistFieldValues": fields})


# which versions there are is told to anybody
OPEN: Paths = {"/services/data": {"GET": versions}}
PATHS: Paths = {
    "/services/data/v{version}": {"GET": resources},
    "/services/data/v{version}/sobjects": {"GET": describe_global},
    "/services/data/v{version}/sobjects/{object}/describe": {"GET": describe_object},
    "/services/data/v{version}/limits": {"GET": limits},
    "/services/data/v{version}/limits/recordCount": {"GET": record_count},
    "/services/data/v{version}/ui-api/object-info/{object}/picklist-values/{record_type}": {"GET": picklist_values},
}
