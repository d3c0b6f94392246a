"""Background jobs: their states, their rows, their limit, and when their effects happen."""

import re


def names(desk, *given):
    return {"organizations": [{"name": name} for name in given]}


def status(desk, job):
    return desk.get(f"job_statuses/{job['id']}").json()["job_status"]


def exists(desk, name):
    return desk.get(f"organizations/search?name={name}").json()["count"] == 1


def test_a_job_is_queued_then_working_then_completed_and_only_then_has_effects(desk):
    job = desk.post("organizations/create_many", names(desk, "One", "Two")).json()["job_status"]
    assert (job["status"], job["total"], job["progress"], job["results"]) == ("queued", 2, None, None)
    desk.clock.advance(0.5)
    working = status(desk, job)
    assert working["status"] == "working"
    assert working["message"].startswith("Creating Organization #")
    assert not exists(desk, "One")
    desk.clock.advance(0.5)
    done = status(desk, job)
    assert done["status"] == "completed"
    assert re.fullmatch(r"Completed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000", done["message"])
    assert exists(desk, "One")


def test_created_rows_have_an_id_and_a_status_in_the_order_of_the_request(desk):
    done = desk.done(desk.post("organizations/create_many", names(desk, "One", "Two")))
    assert [set(row) for row in done["results"]] == [{"id", "status"}] * 2
    found = desk.get(f"organizations/show_many?ids={done['results'][1]['id']}").json()["organizations"]
    assert found[0]["name"] == "Two"


def test_rows_fail_one_by_one_and_the_job_still_completes(desk):
    done = desk.done(desk.post("organizations/create_many", names(desk, "One", "one", "Two")))
    assert done["status"] == "completed"
    assert done["results"][1] == {
        "index": 1,
        "action": "create",
        "success": False,
        "error": "OrganizationCreateError",
        "details": "Name: has already been taken",
        "status": "Failed",
    }
    assert [row["status"] for row in done["results"]] == ["Created", "Failed", "Created"]


def test_update_many_takes_a_batch_of_different_changes(desk):
    one, two = desk.organization(name="One"), desk.organization(name="Two", external_id="x2")
    rows = [{"id": one["id"], "notes": "a"}, {"external_id": "X2", "notes": "b"}, {"id": 5, "notes": "c"}]
    done = desk.done(desk.put("organizations/update_many", {"organizations": rows}))
    good = {"action": "update", "status": "Updated", "success": True}
    assert done["results"][:2] == [{"id": one["id"], **good}, {"id": two["id"], **good}]
    assert done["results"][2]["error"] == "RecordNotFound"
    assert desk.get(f"organizations/{two['id']}").json()["organization"]["notes"] == "b"


def test_update_many_with_ids_gives_all_the_same_change(desk):
    ids = [desk.organization(name=name)["id"] for name in ("One", "Two")]
    query = ",".join(map(str, ids))
    desk.done(desk.put(f"organizations/update_many?ids={query}", {"organization": {"notes": "same"}}))
    found = desk.get(f"organizations/show_many?ids={query}").json()["organizations"]
    assert [row["notes"] for row in found] == ["same", "same"]


def test_destroy_many_deletes(desk):
    ids = [desk.organization(name=name)["id"] for name in ("One", "Two")]
    desk.done(desk.delete(f"organizations/destroy_many?ids={ids[0]},{ids[1]}"))
    assert not exists(desk, "One")


def test_the_31st_job_in_flight_is_refused(desk):
    answers = [desk.post("organizations/create_many", names(desk, f"N{n}")) for n in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[0].headers["zendesk-ratelimit-inflight-jobs"] == "total=30; remaining=29; resets=60"
    refused = answers[-1].json()
    assert refused["error"] == "TooManyJobs"
    assert len(refused["current_job_ids"]) == 30
    desk.clock.advance(1)
    assert desk.post("organizations/create_many", names(desk, "late")).status_code == 200


def test_show_many_polls_several_jobs_at_once(desk):
    ids = [
        desk.post("organizations/create_many", names(desk, name)).json()["job_status"]["id"] for name in ("One", "Two")
    ]
    desk.clock.advance(1)
    jobs = desk.get(f"job_statuses/show_many?ids={','.join(ids)},unknown").json()["job_statuses"]
    assert [(job["id"], job["status"]) for job in jobs] == [(job, "completed") for job in ids]
    assert desk.get("job_statuses").json()["count"] == 2
    assert desk.get("job_statuses/unknown").status_code == 404


def test_a_fault_rule_kills_a_job_after_some_rows(desk):
    rule = {"method": "POST", "path": "/api/v2/organizations/create_many"}
    desk.control("PUT", "faults", [{**rule, "job": {"status": "killed", "after_rows": 1}}])
    done = desk.done(desk.post("organizations/create_many", names(desk, "One", "Two")))
    assert (done["status"], done["progress"]) == ("killed", 1)
    assert exists(desk, "One")
    assert not exists(desk, "Two")


def test_a_fault_rule_refuses_single_rows(desk):
    rule = {"method": "POST", "path": "/api/v2/organizations/create_many"}
    fault = {"fail_rows": [0], "error": "DatabaseConflict", "details": "Try again"}
    desk.control("PUT", "faults", [{**rule, "job": fault}])
    done = desk.done(desk.post("organizations/create_many", names(desk, "One", "Two")))
    assert [row.get("error") for row in done["results"]] == ["DatabaseConflict", None]


def test_job_effects_carry_the_time_the_job_ended(desk):
    before = desk.clock.now()
    done = desk.done(desk.post("organizations/create_many", names(desk, "One")))
    desk.clock.advance(100)
    row = desk.endpoint.store.organizations.rows[done["results"][0]["id"]]
    assert row.created == int(before + 1)
