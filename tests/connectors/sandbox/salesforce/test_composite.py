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


def tree(*names):
    """Accounts with a contact below each; a name that is empty makes a contact that is refused."""
    return {
        "records": [
            {
                "attributes": {"type": "Account", "referenceId": f"a{number}"},
                "Name": "Tree",
                "Contacts": {
                    "records": [{"attributes": {"type": "Contact", "referenceId": f"c{number}"}, "LastName": name}]
                },
            }
            for number, name in enumerate(names)
        ]
    }


def test_a_tree_makes_records_with_their_children_all_or_none(sf):
    made = sf.post("composite/tree/Account", tree("One", "Two"))
    assert (made.status_code, made.json()["hasErrors"]) == (201, False)
    ids = {row["referenceId"]: row["id"] for row in made.json()["results"]}
    assert list(ids) == ["a0", "a1", "c0", "c1"]
    assert sf.one(f"SELECT AccountId FROM Contact WHERE Id = '{ids['c1']}'")["AccountId"] == ids["a1"]
    refused = sf.post("composite/tree/Account", tree("Three", ""))
    assert (refused.status_code, [row["referenceId"] for row in refused.json()["results"]]) == (400, ["c1"])
    assert len(sf.query("SELECT Id FROM Account WHERE Name = 'Tree'")) == 2
    twice = {"records": [*tree("x")["records"], *tree("y")["records"]]}
    assert sf.refusal(sf.post("composite/tree/Account", twice)) == (400, "INVALID_INPUT")


def test_each_graph_is_all_or_none_for_itself(sf):
    good = [request("POST", "/sobjects/Account", "a", {"Name": "Good"})]
    good += [request("POST", "/sobjects/Contact", "c", {"LastName": "C", "AccountId": "@{a.id}"})]
    bad = [
        request("POST", "/sobjects/Account", "a", {"Name": "Bad"}),
        request("POST", "/sobjects/Account", "b", {"x": 1}),
    ]
    graphs = [{"graphId": "1", "compositeRequest": good}, {"graphId": "2", "compositeRequest": bad}]
    told = sf.post("composite/graph", {"graphs": graphs}).json()["graphs"]
    assert [(graph["graphId"], graph["isSuccessful"]) for graph in told] == [("1", True), ("2", False)]
    assert [row["httpStatusCode"] for row in told[1]["graphResponse"]["compositeResponse"]] == [400, 400]
    assert sf.query("SELECT Id FROM Account WHERE Name = 'Bad'") == []
    assert sf.one("SELECT Account.Name FROM Contact WHERE LastName = 'C'")["Account"]["Name"] == "Good"
