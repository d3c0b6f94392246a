"""What random worlds of people are made of: configurations, edits and decisions of people, and bad weather."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.worlds.company import SYNC
from tests.worlds.people_edits import DEPARTMENTS, EMAILS, LAST_NAMES, STATUSES, UNMAPPED, USER_TAGS
from tests.worlds.strategies import INSERT, POLL, QUERY, TOO_MANY, edit

ACCOUNTS: dict[str, dict[str, Any]] = {
    "plain": {"tags": [], "domain_names": "", "notes": "", "mappings": []},
    "usual": {"mappings": SYNC["mappings"]},
    "filtered": {"picklist_filter": {"field": "Type", "values": ["Customer", "Prospect"]}},
}
RANKED: dict[str, Any] = {
    "rank": {"field": "Status__c", "values": ["Current", "On leave"]},
    "ended_values": ["Left"],
}
TITLE = {"left": "Title", "right": "title", "direction": "both"}
CONTACTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "ranked": RANKED,
    "keeping": {**RANKED, "membership_end": "keep"},
    "asking about memberships": {**RANKED, "membership_end": "ask"},
    "creating contacts": {"create_left": "contacts", "details": "", "notes": ""},
    "creating leads": {"create_left": "leads"},
    "matched by phone": {"no_email": "match", "match_on": ["email", "Phone"]},
    "without an email": {"no_email": "create", "match_on": ["email", "Phone"]},
    "both ways": {"mappings": [TITLE], "details": ""},
    "asking": {"mappings": [{**TITLE, "conflict": "ask"}], "details": ""},
    "no new users": {"create_right": False},
    "no ids kept": {"store_external_id": False},
    "filtered": {"picklist_filter": {"field": "Status__c", "values": ["Current", "On leave"]}},
}
LEADS: dict[str, dict[str, Any]] = {
    "plain": {"notes": "Description"},
    "ranked": RANKED,
    "creating leads": {"create_left": "leads"},
    "both ways": {"mappings": [TITLE]},
    "no new users": {"create_right": False},
}
CONFIGURATIONS = {"accounts": ACCOUNTS, "contacts": CONTACTS, "leads": LEADS}
SLUGS = tuple(CONFIGURATIONS)
# Contacts have more to go wrong.
ANY_SYNC = st.sampled_from(("accounts", "contacts", "contacts", "contacts", "leads"))

NUMBER = st.integers(0, 9)
PERHAPS = st.none() | st.integers(0, 3)
PHONES = (None, "+1 555 0001", "+1 555 0002")
CONTACT = {
    "account": PERHAPS,
    "Email": st.sampled_from(EMAILS),
    "LastName": st.sampled_from(LAST_NAMES),
    "Department": st.sampled_from(DEPARTMENTS),
    "Status__c": st.sampled_from(STATUSES),
    "Phone": st.sampled_from(PHONES),
}
LEAD = {name: CONTACT[name] for name in ("Email", "LastName", "Status__c", "Phone")}
USER = {
    "name": st.sampled_from(LAST_NAMES),
    "email": st.sampled_from(EMAILS),
    "phone": st.sampled_from(PHONES),
    "organization": PERHAPS,
    "tags": st.sampled_from([(), USER_TAGS[:1], USER_TAGS[1:]]),
}
ORGANIZATION = {"name": st.sampled_from(("Acme", "Beta", "Theirs")), "tags": st.just(()), "domains": st.just(())}
ACCOUNT = {"name": st.sampled_from(("Acme", "Beta", "Gamma", "Delta")), "Type": st.sampled_from(("Customer", None))}


def of_people(kind: str, **fields: Any) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """An edit of one field of some contact or lead."""
    return edit(
        "edit_person",
        st.fixed_dictionaries(
            {"kind": st.just(kind), "which": NUMBER, **{name: st.sampled_from(some) for name, some in fields.items()}}
        ),
    )


def done(verb: str, **arguments: Any) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return edit(verb, st.fixed_dictionaries(arguments))


KIND = st.sampled_from(("Contact", "Contact", "Lead"))
# What decides about groups and memberships comes more often than what only fills fields.
MOVES = st.one_of(
    done("make_contact", **CONTACT),
    of_people("Contact", Email=EMAILS),
    of_people("Contact", account=(None, 0, 1, 2, 3)),
    of_people("Contact", Department=DEPARTMENTS),
    of_people("Contact", Status__c=STATUSES),
    of_people("Lead", Email=EMAILS),
    done("delete_person", kind=KIND, which=NUMBER),
)
CRM_EDITS = st.one_of(
    done("make_lead", **LEAD),
    *(
        of_people(kind, **{field: values})
        for kind in ("Contact", "Lead")
        for field, values in {
            "LastName": LAST_NAMES,
            "Title": (None, "Boss", "Guest"),
            "Fax": UNMAPPED["Fax"],
        }.items()
    ),
    of_people("Contact", Description=(None, "one", "two")),
    of_people("Lead", Status__c=STATUSES),
    done("bring_person_back"),
    done("merge_people", kind=KIND, which=NUMBER, other=NUMBER),
    done("convert_lead", which=NUMBER, contact=PERHAPS, account=NUMBER),
    done("make_account", **ACCOUNT),
    edit("edit_account", Type=("Customer", "Competitor")),
    edit("delete_account"),
    done("bring_account_back"),
)
DESK_EDITS = st.one_of(
    done("make_user", **USER),
    *(
        edit("edit_user", **{field: values})
        for field, values in {
            "name": LAST_NAMES,
            "notes": (None, "typed by an agent"),
            "alias": UNMAPPED["alias"],
            "assistant": UNMAPPED["assistant"],
            "external_id": ("erp-1", "erp-2"),
            "add_tag": USER_TAGS,
            "take_tag": USER_TAGS,
            "user_fields": ({"title": "Chief"}, {"title": "Aide"}),
        }.items()
    ),
    done("delete_user", which=NUMBER),
    done("merge_users", which=NUMBER, other=NUMBER),
    done("promote", which=NUMBER),
    done("add_address", which=NUMBER, email=st.sampled_from([one for one in EMAILS if one]), primary=st.booleans()),
    done("turn", several=st.booleans()),
    done("make_organization", **ORGANIZATION),
    edit("delete_organization"),
)
MEMBERSHIPS = st.one_of(
    done("join", which=NUMBER, organization=NUMBER),
    done("join", which=NUMBER, organization=NUMBER),
    done("part", which=NUMBER, number=NUMBER),
    done("choose_primary", which=NUMBER, number=NUMBER),
)
DECIDED = ("link", "ignore left", "ignore right", "create left", "create right", "pin", "unpin", "take back")
DECISIONS = done("decide", slug=ANY_SYNC, what=st.sampled_from(DECIDED), left=NUMBER, right=NUMBER)

CONFIGURES = st.sampled_from(
    [("configure", {"slug": slug, "name": name}) for slug in SLUGS for name in sorted(CONFIGURATIONS[slug])]
)


def _as_likely(*groups: st.SearchStrategy[tuple[str, dict[str, Any]]]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """One of the groups, each as likely as the others however many choices it has."""
    return st.integers(0, len(groups) - 1).flatmap(lambda number: groups[number])


EDITS = st.lists(
    _as_likely(MOVES, MOVES, MOVES, CRM_EDITS, DESK_EDITS, MEMBERSHIPS, DECISIONS, CONFIGURES), min_size=1, max_size=5
)

CREATE = {"method": "POST", "path": "/api/v2/users/create_many"}
UPDATE = {"method": "PUT", "path": "/api/v2/users/update_many"}
JOIN = {"method": "POST", "path": "/api/v2/organization_memberships/create_many"}
PART = {"method": "DELETE", "path": "/api/v2/organization_memberships/destroy_many"}
PRIMARY = {"method": "PUT", "path": "*make_default"}
IDENTITY = {"method": "POST", "path": "*identities"}
MEMBERS = {"method": "GET", "path": "*organization_memberships"}
SETTINGS = {"method": "GET", "path": "*account/settings*"}
JOBS = (CREATE, UPDATE, JOIN, PART)
WRITES = (
    "users/create_many", "users/update_many", "organization_memberships/create_many",
    "organization_memberships/destroy_many", "make_default", "identities", "composite/sobjects",
)  # fmt: skip
ZENDESK_FAULTS: list[dict[str, Any]] = [
    *({**call, kind: moment, "seconds": 0.05} for call in (*JOBS, PRIMARY, IDENTITY) for kind in ("timeout", "reset")
      for moment in ("before", "after")),
    *({**call, "job": {"status": status, "after_rows": rows}} for call in JOBS
      for status in ("failed", "killed") for rows in (0, 1)),
    *({**call, "job": {"fail_rows": [0], "error": "RecordInvalid", "details": "no"}} for call in JOBS),
    *({**call, **TOO_MANY} for call in (*JOBS, PRIMARY, IDENTITY, MEMBERS, SETTINGS, POLL)),
    *({**call, "malformed": True} for call in (*JOBS, PRIMARY, IDENTITY, MEMBERS, SETTINGS, POLL)),
    {**POLL, "timeout": "before", "seconds": 0.05},
]  # fmt: skip
SALESFORCE_FAULTS: list[dict[str, Any]] = [
    *({**INSERT, "method": method, "reset": moment} for method in ("POST", "PATCH") for moment in ("before", "after")),
    *({**call, "malformed": True} for call in (INSERT, QUERY)),
    *({**call, **TOO_MANY} for call in (INSERT, QUERY)),
]
FAULTS = [("zendesk", fault) for fault in ZENDESK_FAULTS] + [("salesforce", fault) for fault in SALESFORCE_FAULTS]
