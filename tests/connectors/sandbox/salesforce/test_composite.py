"""Several requests in one call."""

V = "/services/data/v59.0"


def composite(sf, *requests, **more):
    answer = sf.post("composite", {"compositeRequest": list(requests), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["compositeResponse"]


def request(method, url, name, body=None):
    return {"method": method, "url": V + url, "referenceId": name, **({"body": body} if body else {})}


def test_a_later_request_uses_an_earlier_answer(sf):
    made, child, found = composite(
        sf,
        request("POST", "/sobjects/Account", "parent", {"Name": "Referenced"}),
        request("POST", "/sobjects/Contact", "child", {"LastName": "C", "AccountId": "@{parent.id}"}),
        request("GET", "/query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{child.id}'", "found"),
    )
    assert (made["httpStatusCode"], made["referenceId"]) == (201, "parent")
    assert made["httpHeaders"]["Location"].endswith(made["body"]["id"])
    assert child["httpStatusCode"] == 201
    assert found["body"]["records"][0]["Account"]["Name"] == "Referenced"


def test_a_request_that_refers_to_a_failure_is_halted_and_the_others_stand(sf):
    good, bad, halted = composite(
        sf,
        request("POST", "/sobjects/Account", "good", {"Name": "Stands"}),
        request("POST", "/sobjects/Account", "bad", {"Type": "Customer"}),
        request("GET", "/sobjects/Account/@{bad.id}", "halted"),
    )
    assert (good["httpStatusCode"], bad["httpStatusCode"]) == (201, 400)
    assert halted["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert len(sf.query("SELECT Id FROM Account WHERE Name = 'Stands'")) == 1


def test_all_or_none_undoes_every_request(sf):
    undone, bad = composite(
        sf,
        request("POST", "/sobjects/Account", "good", {"Name": "Undone"}),
        request("POST", "/sobjects/Account", "bad", {"Type": "Customer"}),
        allOrNone=True,
    )
    assert (undone["httpStatusCode"], undone["body"][0]["errorCode"]) == (400, "PROCESSING_HALTED")
    assert bad["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert sf.query("SELECT Id FROM Account WHERE Name = 'Undone'") == []


def test_collections_inside_a_composite_write_a_thousand_rows(sf):
    requests = [
        request(
            "POST",
            "/composite/sobjects",
            f"r{n}",
            {"records": [{"attributes": {"type": "Account"}, "Name": f"Dense {n}-{i}"} for i in range(200)]},
        )
        for n in range(5)
    ]
    answers = composite(sf, *requests)
    assert sum(row["success"] for answer in answers for row in answer["body"]) == 1000
    sixth = request("GET", "/query?q=SELECT+Id+FROM+Account", "r5")
    refused = sf.post("composite", {"compositeRequest": [*requests, sixth]})
    assert sf.refusal(refused) == (400, "LIMIT_EXCEEDED")


def test_a_batch_answers_each_and_can_halt(sf):
    requests = [
        {"method": "GET", "url": "v59.0/limits"},
        {"method": "GET", "url": "v59.0/sobjects/Account/001000000000000AAA"},
        {"method": "PATCH", "url": "v59.0/sobjects/Account/External_Key__c/b", "richInput": {"Name": "Batched"}},
    ]
    body = sf.post("composite/batch", {"batchRequests": requests}).json()
    assert body["hasErrors"] is True
    assert [r["statusCode"] for r in body["results"]] == [200, 404, 201]
    halted = sf.post("composite/batch", {"batchRequests": requests, "haltOnError": True}).json()
    assert [r["statusCode"] for r in halted["results"]] == [200, 404, 412]
    assert halted["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
