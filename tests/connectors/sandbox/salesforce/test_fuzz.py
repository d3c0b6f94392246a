"""Nothing that anybody sends to the organisation makes an error of it: records, queries, uploads, nested requests."""

from random import Random

import requests

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.salesforce.app import data_paths
from connectors.sandbox.salesforce.endpoints import bulk_v1
from connectors.sandbox.server import running
from connectors.sandbox.world import WorldSize
from tests.connectors.sandbox.oddities import CALLS, SEED, Caller, Dice
from tests.timeouts import HANG_SECONDS

OPEN = {
    "/services/oauth2/token": ("POST",),
    "/services/oauth2/revoke": ("POST", "GET"),
    "/services/oauth2/introspect": ("POST",),
    "/id/{organization}/{user}": ("GET",),
    "/{id}": ("GET",),
    "/_sandbox/settings": ("GET", "PUT"),
    "/_sandbox/schema": ("PUT",),
    "/_sandbox/records": ("POST", "PATCH", "DELETE"),
    "/_sandbox/undelete": ("POST",),
    "/_sandbox/merge": ("POST",),
    "/_sandbox/convert": ("POST",),
    "/_sandbox/listviews": ("POST", "PATCH", "DELETE"),
    "/_sandbox/faults": ("PUT", "GET"),
    "/_sandbox/clock": ("POST",),
}
OBJECTS = ("Account", "Account", "Account", "Contact", "Lead", "Case", "User", "RecordType", "Nothing__c", "account")
WORDS = (
    *("SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "GROUP BY", "ORDER BY", "LIMIT", "OFFSET", "(", ")"),
    *(
        ",",
        "=",
        "!=",
        "<",
        ">=",
        "NULL",
        "TRUE",
        "'x'",
        "''",
        "'%_a'",
        "'\\\\ud800'",
        "1",
        "-1.5e9",
        "9" * 5000,
        "TODAY",
    ),
    *("LAST_N_DAYS:99999999999", "NEXT_N_YEARS:9999", "2024-01-01", "2024-02-30T99:00:00Z", "COUNT()", "MIN(Id)"),
    *("AVG(Name)", "MAX(BillingAddress)", "SUM(Seats__c)", "COUNT_DISTINCT(Headquarters__c)", "CALENDAR_YEAR(Name)"),
    *("HOUR_IN_DAY(CreatedDate)", "DAY_IN_WEEK(Contract_Start__c)", "toLabel(Type)", "FORMAT(Seats__c)", "FIELDS(ALL)"),
    *("Id", "Name", "Owner.Name", "Account.Parent.Name", "BillingAddress", "Products__c", "Secret_Code__c", "Notes__c"),
    *("IsDeleted", "CreatedDate", "AccountId", "Headquarters__c", "INCLUDES", "HAVING", "(SELECT Id FROM Contacts)"),
    *("TYPEOF Owner WHEN User THEN Name ELSE Id END", "USING SCOPE mine", "FOR VIEW", "ALL ROWS", "Account", "Contact"),
    "DISTANCE(Headquarters__c, GEOLOCATION(1,1), 'km')",
)
CONDITIONS = (
    *("Name = {}", "Id IN ({}, {})", "CreatedDate > {}", "Seats__c < {}", "Products__c INCLUDES ({})", "Type LIKE {}"),
    *("NOT Name = {}", "(Name = {} AND Seats__c != {})", "Active__c = {}", "Contract_Start__c = {}", "OwnerId = {}"),
    *("Id IN (SELECT AccountId FROM Contact WHERE Email = {})", "Support_Opens__c = {}", "Parent.Name NOT IN ({})"),
    *("CALENDAR_YEAR(CreatedDate) = {}", "Health__c = {}", "Secret_Code__c = {}", "BillingAddress = {}"),
)
RIGHT = (
    *("Name LIKE '%a%'", "Seats__c > 1", "CreatedDate < TODAY", "Products__c INCLUDES ('Suite;Chat', 'Talk')"),
    *("Active__c = TRUE", "Parent.Name = NULL", "NOT Type IN ('Customer', NULL)", "CALENDAR_YEAR(CreatedDate) >= 2020"),
    *("Contract_Start__c = LAST_N_MONTHS:3", "Health__c != 'Good'", "Id IN (SELECT AccountId FROM Contact)"),
    "DISTANCE(Headquarters__c, GEOLOCATION(1,1), 'mi') < 99999",
)
LITERALS = [word for word in WORDS if word[0] in "'-0123456789TLN" and word[:2] not in ("TY", "LI", "NO", "Na", "No")]
SELECTED = (
    *("Id", "Id, Name, Owner.Name", "COUNT()", "Type, COUNT(Id) n", "FIELDS(ALL)", "MIN(Name), MAX(CreatedDate)"),
    *("Id, (SELECT Id FROM Contacts WHERE Name = {})", "BillingAddress, Headquarters__c", "Name n, toLabel(Type) t"),
)
PARAMETERS = (
    *("explain", "ids", "fields", "limit", "offset", "start", "end", "maxRecords", "locator", "allOrNone", "sObjects"),
)
TAILS = (
    "",
    "LIMIT 5",
    "ORDER BY {} DESC NULLS LAST",
    "GROUP BY Type",
    "GROUP BY BillingAddress",
    "OFFSET 3",
    "LIMIT 0",
)


def soql(dice):
    """A query that is right, or nearly, or not at all."""
    if dice.often(0.25):
        return " ".join(dice.of(WORDS) for _ in range(dice.random.randrange(1, 12)))
    text = f"SELECT {dice.of(SELECTED)} FROM {dice.of(OBJECTS)}"
    if dice.often(0.7):
        text += " WHERE " + dice.of((" AND ", " OR ")).join(
            dice.of(RIGHT if dice.often(0.6) else CONDITIONS) for _ in range(dice.random.randrange(1, 4))
        )
    text += " " + dice.of(TAILS)
    while "{}" in text:
        text = text.replace("{}", dice.of(WORDS if dice.often(0.15) else LITERALS), 1)
    return "(" * 800 + text if dice.often(0.01) else text


def row(dice, store):
    """A record with values of all kinds in fields of all kinds."""
    object = store.org.objects[dice.of(("Account", "Contact", "Lead", "Case"))]
    names = dice.random.sample(list(object.fields), min(6, len(object.fields)))
    values = {name: dice.of((dice.value(), "text", 1, True, "2024-01-01", id_of(dice, store))) for name in names}
    values |= {"attributes": {"type": object.name}, "LastName": "n", "Company": "c"}
    values |= {"Name": "n"} if object.name == "Account" else {}
    if dice.often(0.4):
        values["Id"] = id_of(dice, store)
    if dice.often(0.2):
        values[dice.of(("Account", "Owner", "Parent"))] = {"External_Key__c": dice.value()}
    return dice.spoiled(values, 0.03)


def id_of(dice, store, object=""):
    """Mostly the id of a record, of this object if one is named."""
    name = object if object in store.org.tables else dice.of(("Account", "Contact", "Lead", "User", "RecordType"))
    table = store.org.tables[name]
    some = (*list(table.rows)[:4], *list(table.deleted)[:2])
    return dice.of(some) if some and dice.often(0.9) else dice.of(("001", dice.text()))


def body_of(dice, store, path):
    """A body of the kind that the path takes."""
    rows = [row(dice, store) for _ in range(dice.random.randrange(4))]
    if path.endswith("/composite"):
        return {"allOrNone": dice.often(0.5), "compositeRequest": [inner(dice, store, n) for n in range(3)]}
    if path.endswith("/graph"):
        return {"graphs": [{"graphId": "1", "compositeRequest": [inner(dice, store, n) for n in range(3)]}]}
    if "/tree/" in path:
        return {"records": [{**one, "Contacts": {"records": rows}} if isinstance(one, dict) else one for one in rows]}
    if path.endswith("/batch") and "data" in path:
        return {"batchRequests": [inner(dice, store, n) for n in range(3)], "haltOnError": dice.often(0.5)}
    if "composite" in path:
        return {"allOrNone": dice.often(0.5), "records": rows, "ids": [id_of(dice, store)], "fields": ["Id", "Name"]}
    if "/jobs/" in path or "/async/" in path:
        job = {"object": dice.of(OBJECTS), "operation": dice.of(("insert", "update", "upsert", "query"))}
        job |= {"operation": "query"} if path.endswith("jobs/query") else {}
        job |= {
            "externalIdFieldName": dice.of(("Id", "External_Key__c")),
            "query": soql(dice),
            "state": "UploadComplete",
        }
        return {**job, "contentType": dice.of(("CSV", "JSON")), "lineEnding": "LF", "columnDelimiter": "COMMA"}
    if path.startswith("/_sandbox"):
        known = {"object": "Account", "field": "Tier__c", "values": {"Name": "n"}, "id": id_of(dice, store)}
        known |= {"master": id_of(dice, store), "losers": [id_of(dice, store)], "lead": id_of(dice, store)}
        return known | {"developerName": "V", "label": "V", "columns": ["Name"], "where": "Name = 'x'", "advance": 1}
    return row(dice, store)


def inner(dice, store, number):
    paths = (
        "sobjects/Account",
        "query?q=SELECT+Id+FROM+Account",
        "@{r0.id}",
        "composite/sobjects",
        "limits",
        "[",
        "jobs/query",
    )
    request = {"method": dice.of(("GET", "POST", "PATCH", "PUT")), "url": f"/services/data/v59.0/{dice.of(paths)}"}
    return dice.spoiled({**request, "referenceId": f"r{number}", "body": row(dice, store)}, 0.08)


def upload(dice, store):
    header = dice.random.sample(list(store.org.objects["Account"].fields), 4)
    cells = [[str(dice.of((dice.text(), "x", "#N/A", "1", id_of(dice, store)))) for _ in range(4)] for _ in range(3)]
    lines = [",".join(header), *(",".join(f'"{cell}"' for cell in line) for line in cells)]
    return dice.of(("\n", "\r\n")).join(lines).encode(errors="replace")


def request_of(dice, store, path, method):
    object = dice.of(OBJECTS[:7] if dice.often(0.9) else OBJECTS)
    address = "/".join(filled(dice, store, part, object) for part in path.split("/"))
    query = {"q": soql(dice)} if "query" in path and dice.often(0.8) else {}
    for name in PARAMETERS:
        if dice.often(0.08):
            query[name] = dice.of((dice.text(), id_of(dice, store), "Name,Id", "2026-09-20T00:00:00Z", soql(dice)))
    if method == "GET":
        return address, query, None
    if path.endswith(("/batches", "{job}/batch")) and dice.often(0.8):
        return address, query, dice.of((upload(dice, store), soql(dice).encode(errors="replace")))
    return address, query, dice.spoiled(body_of(dice, store, path), dice.of((0, 0, 0.05, 0.2)))


def filled(dice, store, part, object):
    """A part of an address, with something that is there in the place of its parameter."""
    if "{" not in part:
        return part
    org = store.org
    batches = [batch for job in org.async_jobs.values() for batch in job.batches][-3:]
    known = {
        "v{version}": ["v59.0"], "{version}": ["59.0"], "{object}": [object], "{view}": list(org.listviews),
        "{key}": ("Id", "External_Key__c", "Email", "Name"), "{record_type}": list(org.table("RecordType").rows),
        "{job}": [*list(org.jobs)[-6:], *list(org.async_jobs)[-3:]], "{batch}": batches,
        "{locator}": [f"{one}-{number}" for one in org.cursors for number in (1, 9)],
    }  # fmt: skip
    choices = list(known.get(part, ())) or [id_of(dice, store, object)]
    return str(dice.of(choices)) if dice.often(0.95) else dice.text()


def weight(path):
    """What does most is asked most."""
    return (
        12 if path.endswith("/query") else 5 if path.endswith(("{object}", "composite", "jobs/ingest", "/job")) else 2
    )


def test_any_request_is_answered_or_refused():
    dice, clock = Dice(Random(SEED)), Clock(lambda: 1_790_000_000)
    size = WorldSize(accounts=12, contacts=12, leads=6)
    paths = {path: tuple(methods) for path, methods in (data_paths() | bulk_v1.PATHS).items()} | OPEN
    with running(Options(vendors=("salesforce",), clock=clock, size=size)) as sandbox, requests.Session() as session:
        caller, store = Caller(sandbox.salesforce, session), sandbox.salesforce.store
        weights = [weight(path) for path in paths]
        for number in range(CALLS):
            (path,) = dice.random.choices(list(paths), weights)
            method = dice.of(paths[path]) if dice.often(0.97) else "PUT"
            caller.call(dice, method, *request_of(dice, store, path, method))
            if path.startswith("/_sandbox/") or number % 100 == 0:
                caller.session.delete(f"{sandbox.salesforce.base_url}/_sandbox/faults", timeout=HANG_SECONDS)
                sandbox.salesforce.controls.vendor.reset()
    assert set(caller.statuses) > {200, 201, 204, 400, 404}
