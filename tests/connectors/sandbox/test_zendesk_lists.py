"""Pagination, incremental exports and search."""

import pytest

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running


def walk(desk, path, name, following):
    """All pages from `path` on; `following` finds the next address in a body."""
    pages, address = [], path
    while address:
        body = desk.get(address).json()
        pages.append(body[name])
        address = following(body)
    return pages


def more(body):
    """The next page of a cursor list: `links.next` is there on the last page too, `has_more` ends the list."""
    return body["links"]["next"] if body["meta"]["has_more"] else None


def test_cursor_pages_cover_everything_once_and_the_last_one_links_to_an_empty_one(desk):
    pages = walk(desk, "organizations?page[size]=70", "organizations", more)
    assert [len(page) for page in pages] == [70, 70, 40]
    assert len({row["id"] for page in pages for row in page}) == 180
    whole = walk(desk, "organizations?page[size]=100", "organizations", lambda body: body["links"]["next"])
    assert [len(page) for page in whole] == [100, 80, 0]
    assert desk.get("organizations?page[size]=100").json()["links"]["prev"] is not None


def test_cursor_pages_have_the_recorded_meta_and_links(desk):
    body = desk.get("users?page[size]=2").json()
    assert set(body) == {"users", "meta", "links"}
    assert body["meta"]["has_more"] is True
    assert set(body["links"]) == {"prev", "next"}
    assert "page%5Bafter%5D=" in body["links"]["next"]
    second = desk.get(body["links"]["next"]).json()
    back = desk.get(second["links"]["prev"]).json()
    assert back["users"] == body["users"]


def test_a_cursor_list_survives_inserts_and_deletes_between_pages(desk):
    first = desk.get("organizations?page[size]=100").json()
    desk.delete(f"organizations/{first['organizations'][99]['id']}")
    desk.organization(name="Late")
    rest = desk.get(first["links"]["next"]).json()["organizations"]
    assert len(rest) == 81


@pytest.mark.parametrize("query", ["page[size]=101", "page[size]=0", "page[size]=x", "page[after]=%21"])
def test_a_bad_cursor_parameter_is_a_400_with_json_api_errors(desk, query):
    answer = desk.get(f"organizations?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidPaginationParameter"


def test_offset_pages_count_and_link(desk):
    pages = walk(desk, "organizations?per_page=100", "organizations", lambda body: body["next_page"])
    assert [len(page) for page in pages] == [100, 80]
    body = desk.get("organizations?per_page=100&page=2").json()
    assert (body["count"], body["next_page"]) == (180, None)
    assert "page=1" in body["previous_page"]


def test_offset_pagination_ends_at_ten_thousand_rows(desk):
    assert desk.get("organizations?page=100").status_code == 200
    assert desk.get("organizations?page=101").status_code == 400


def test_the_user_export_pages_by_cursor_and_continues_where_it_ended(desk):
    pages, body = [], desk.get("incremental/users/cursor?start_time=0&per_page=200").json()
    pages.append(body["users"])
    while not body["end_of_stream"]:
        body = desk.get(body["after_url"]).json()
        pages.append(body["users"])
    assert sum(map(len, pages)) == 403
    assert (body["before_url"], body["before_cursor"]) == (None, None)
    user = desk.user(name="Late")
    later = desk.get(f"incremental/users/cursor?cursor={body['after_cursor']}").json()
    assert [row["id"] for row in later["users"]] == [user["id"]]
    empty = desk.get(f"incremental/users/cursor?cursor={later['after_cursor']}").json()
    assert (empty["users"], empty["after_cursor"]) == ([], later["after_cursor"])


def test_records_of_one_second_split_a_page_by_cursor_but_none_by_time(desk):
    start = int(desk.clock.now())
    users = [desk.user(name=f"U{n}")["id"] for n in range(3)]
    desk.clock.advance(100)
    last = desk.user(name="Later")["id"]
    desk.clock.advance(100)
    pages = [desk.get(f"incremental/users/cursor?start_time={start}&per_page=2").json()]
    pages.append(desk.get(pages[0]["after_url"]).json())
    assert [[row["id"] for row in page["users"]] for page in pages] == [users[:2], [users[2], last]]
    assert [page["end_of_stream"] for page in pages] == [False, True]
    body = desk.get(f"incremental/users?start_time={start}&per_page=1").json()
    assert [row["id"] for row in body["users"]] == users
    assert (body["end_of_stream"], body["end_time"]) == (False, start + 1)
    rest = desk.get(body["next_page"]).json()
    assert [row["id"] for row in rest["users"]] == [last]
    assert (rest["end_of_stream"], rest["end_time"]) == (True, start + 100)


def test_the_organization_export_comes_to_an_end(desk):
    start = int(desk.clock.now())
    first = [desk.organization(name=f"A{n}")["id"] for n in range(4)]
    desk.clock.advance(10)
    second = [desk.organization(name=f"B{n}")["id"] for n in range(2)]
    desk.clock.advance(100)
    path = f"incremental/organizations?start_time={start}&per_page=1"
    body = desk.get(path).json()
    seen = [[row["id"] for row in body["organizations"]]]
    assert set(body) == {"organizations", "next_page", "count", "end_of_stream", "end_time"}
    while not body["end_of_stream"]:
        body = desk.get(body["next_page"]).json()
        seen.append([row["id"] for row in body["organizations"]])
    assert seen == [first, second]


def test_a_page_of_a_thousand_rows_ends_with_its_last_second_which_comes_again(desk):
    start, body = int(desk.clock.now()), {"ids": "x"}
    for hundred in range(11):
        users = [{"name": f"U{hundred}-{number}"} for number in range(100)]
        desk.done(desk.post("users/create_many", {"users": users}))
    desk.clock.advance(100)
    body = desk.get(f"incremental/users?start_time={start}").json()
    assert (body["count"], body["end_of_stream"]) == (1000, False)
    rest = desk.get(body["next_page"]).json()["users"]
    assert len(rest) == 200
    assert rest[0] in body["users"]


def test_exports_hold_each_record_once_with_its_latest_state_and_deleted_ones(desk):
    start = int(desk.clock.now())
    kept, gone = desk.organization(name="Kept"), desk.organization(name="Gone")
    user = desk.user(name="Gone")
    desk.put(f"organizations/{kept['id']}", {"organization": {"notes": "new"}})
    desk.delete(f"organizations/{gone['id']}")
    desk.delete(f"users/{user['id']}")
    desk.clock.advance(100)
    rows = desk.get(f"incremental/organizations?start_time={start}").json()["organizations"]
    assert [(row["name"], row["notes"], "deleted_at" in row) for row in rows] == [
        ("Kept", "new", False),
        ("Gone", None, True),
    ]
    users = desk.get(f"incremental/users/cursor?start_time={start}").json()["users"]
    assert [(row["id"], row["active"]) for row in users] == [(user["id"], False)]


def test_a_start_time_of_the_last_minute_is_too_recent(desk):
    answer = desk.get(f"incremental/organizations?start_time={int(desk.clock.now()) - 59}")
    assert (answer.status_code, answer.json()["error"]) == (422, "StartTimeTooRecent")
    assert desk.get(f"incremental/organizations?start_time={int(desk.clock.now()) - 60}").status_code == 200


def test_all_exports_together_have_ten_calls_a_minute(desk):
    paths = ["incremental/users/cursor?start_time=0", "incremental/organizations?start_time=0"]
    answers = [desk.get(path) for path in paths * 5]
    assert {answer.status_code for answer in answers} == {200}
    refused = desk.get("incremental/tickets/cursor?start_time=0")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    header = refused.headers["zendesk-ratelimit-incremental-exports"]
    assert header == "total=10; remaining=0; resets=60"


def test_the_user_export_side_loads_organizations(desk):
    body = desk.get("incremental/users/cursor?start_time=0&include=organizations&per_page=50").json()
    assert {row["organization_id"] for row in body["users"]} - {None} == {row["id"] for row in body["organizations"]}


@pytest.mark.parametrize(
    "query, names",
    [
        ("type:organization zyxwv", ["Zyxwv Ltd"]),
        ('type:organization name:"Zyxwv Ltd"', ["Zyxwv Ltd"]),
        ("type:user email:jo@zyxwv.example", ["Jo Zyxwv"]),
        ("type:user zyxwv -role:end-user", []),
        ("type:user external_id:none jo@zyxwv.example", ["Jo Zyxwv"]),
        ("type:user tags:special", ["Jo Zyxwv"]),
        ("zyxwv", ["Zyxwv Ltd", "Jo Zyxwv"]),
        ("type:organization annual_revenue:17.5", ["Zyxwv Ltd"]),
        ("type:organization created>=2026-01-01", ["Zyxwv Ltd"]),
        ("type:organization created>2030-01-01", []),
    ],
)
def test_search_knows_the_documented_properties(desk, query, names):
    desk.organization(name="Zyxwv Ltd", organization_fields={"annual_revenue": 17.5})
    desk.user(name="Jo Zyxwv", email="jo@zyxwv.example", tags=["special"])
    body = desk.get("search", params={"query": query}).json()
    assert [row["name"] for row in body["results"]] == names
    assert set(body) == {"results", "facets", "next_page", "previous_page", "count"}


def test_search_ends_at_a_thousand_results(desk):
    assert desk.get("search?query=type:user&page=10").status_code == 200
    answer = desk.get("search?query=type:user&page=11")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_search_export_pages_one_type_by_cursor(desk):
    path = "search/export?query=*&filter[type]=organization&page[size]=100"
    pages = walk(desk, path, "results", more)
    assert [len(page) for page in pages] == [100, 80]
    assert pages[0][0]["result_type"] == "organization"
    assert desk.get("search/export?query=x").status_code == 400


def test_search_finds_a_record_only_once_the_index_has_caught_up(desk):
    options = Options(vendors=("zendesk",), seed=Seed.EMPTY, index_lag_seconds=90, clock=Clock(lambda: 1e9))
    with running(options) as sandbox:
        fresh = type(desk)(sandbox.zendesk, options.clock, desk.session)
        fresh.organization(name="Zyxwv")
        assert fresh.get("search?query=zyxwv").json()["count"] == 0
        assert fresh.get("organizations/search?name=zyxwv").json()["count"] == 1
        options.clock.advance(90)
        assert fresh.get("search?query=zyxwv").json()["count"] == 1


def test_users_search_by_query_and_by_external_id(desk):
    user = desk.user(name="Jo", email="jo@zyxwv.example", external_id="Q7")
    for query in ("query=jo@zyxwv.example", "query=email:jo@zyxwv.example", "external_id=q7"):
        found = desk.get(f"users/search?{query}").json()["users"]
        assert [row["id"] for row in found] == [user["id"]]
