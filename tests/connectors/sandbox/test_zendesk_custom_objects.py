"""Custom objects: described, listed, counted, written one by one and in jobs, and exported with what was deleted."""

RECORDS = "custom_objects/site/records"


def made(desk, name, **values):
    record = {"name": name, "custom_object_fields": values}
    answer = desk.call("POST", RECORDS, {"custom_object_record": record})
    assert answer.status_code == 201, answer.text
    return answer.json()["custom_object_record"]


def test_an_object_and_its_fields_are_described(desk):
    found = desk.get("custom_objects/site").json()["custom_object"]
    assert (found["key"], found["title"], found["title_pluralized"]) == ("site", "Site", "Sites")
    fields = {
        field["key"]: field["type"] for field in desk.get("custom_objects/site/fields").json()["custom_object_fields"]
    }
    assert (fields["city"], fields["kind"], fields["opened"]) == ("text", "dropdown", "date")
    assert desk.get("custom_objects/nothing").status_code == 404
    assert desk.get("custom_objects/nothing/records").status_code == 404


def test_a_record_is_made_changed_and_deleted(desk):
    record = made(desk, "Plant", city="Kiel", kind="plant")
    path = f"{RECORDS}/{record['id']}"
    changed = desk.call("PATCH", path, {"custom_object_record": {"custom_object_fields": {"city": "Rome"}}})
    assert changed.json()["custom_object_record"]["custom_object_fields"] == record["custom_object_fields"] | {
        "city": "Rome"
    }
    refused = desk.call("PATCH", path, {"custom_object_record": {"custom_object_fields": {"kind": "castle"}}})
    assert refused.status_code == 422
    assert desk.call("POST", RECORDS, {"custom_object_record": {"name": " "}}).status_code == 422
    assert desk.get(f"{RECORDS}/count").json()["count"]["value"] == 1
    assert desk.call("DELETE", path).status_code == 204
    assert desk.get(path).status_code == 404
    assert desk.get(RECORDS).json()["custom_object_records"] == []


def test_records_are_asked_for_by_their_ids_and_external_ids(desk):
    first, second = made(desk, "One"), made(desk, "Two")
    for id, key in ((first["id"], "A"), (second["id"], "B")):
        desk.call("PATCH", f"{RECORDS}/{id}", {"custom_object_record": {"external_id": key}})
    taken = desk.call("PATCH", f"{RECORDS}/{first['id']}", {"custom_object_record": {"external_id": "B"}})
    assert taken.json()["details"]["external_id"][0]["error"] == "DuplicateValue"
    by_id = desk.get(f"{RECORDS}?filter[ids]={second['id']},01J00000000000000000000099").json()
    by_key = desk.get(f"{RECORDS}?filter[external_ids]=A,C").json()
    assert [row["id"] for row in by_id["custom_object_records"]] == [second["id"]]
    assert [row["id"] for row in by_key["custom_object_records"]] == [first["id"]]


def test_a_job_writes_many_and_the_export_tells_of_the_deleted(desk):
    items = [{"name": f"Site {n}", "custom_object_fields": {"seats": n}} for n in range(3)]
    results = desk.done(desk.call("POST", "custom_objects/site/jobs", {"job": {"action": "create", "items": items}}))
    ids = [row["id"] for row in results["results"]]
    start = int(desk.clock.now())
    desk.clock.advance(120)
    update = {"action": "update", "items": [{"id": ids[0], "name": "Renamed"}, {"id": "01J", "name": "Nobody"}]}
    rows = desk.done(desk.call("POST", "custom_objects/site/jobs", {"job": update}))["results"]
    assert [row["success"] for row in rows] == [True, False]
    desk.done(desk.call("POST", "custom_objects/site/jobs", {"job": {"action": "delete", "items": ids[1:2]}}))
    desk.clock.advance(120)
    export = desk.get(f"incremental/custom_objects/site/cursor?start_time={start + 60}").json()
    assert [(row["id"], row["name"]) for row in export["custom_object_records"]] == [
        (ids[0], "Renamed"),
        (ids[1], "[DELETED]"),
    ]
    assert export["meta"] == {"has_more": False}
    state = desk.endpoint.store.dump()
    desk.endpoint.store.load(state)
    assert desk.get(f"{RECORDS}/count").json()["count"]["value"] == 2
