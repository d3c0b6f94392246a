"""Cases: when they are closed, and what they show of their contact."""


def test_a_case_is_closed_by_its_status_and_opened_again(sf):
    id = sf.create("Case", Subject="Help")
    shown = "SELECT IsClosed, ClosedDate, Status FROM Case WHERE Id = '{}'".format
    assert (sf.one(shown(id))["IsClosed"], sf.one(shown(id))["ClosedDate"]) == (False, None)
    sf.patch(f"sobjects/Case/{id}", {"Status": "Closed"})
    closed = sf.one(shown(id))
    sf.clock.advance(60)
    sf.patch(f"sobjects/Case/{id}", {"Subject": "Later"})
    assert sf.one(shown(id)) == closed
    assert closed["IsClosed"]
    assert closed["ClosedDate"] is not None
    assert sf.query("SELECT Id FROM Case WHERE IsClosed = true") != []
    sf.patch(f"sobjects/Case/{id}", {"Status": "New"})
    assert (sf.one(shown(id))["IsClosed"], sf.one(shown(id))["ClosedDate"]) == (False, None)


def test_a_case_shows_the_contacts_present_values(sf):
    contact = sf.create("Contact", LastName="Doe", Email="doe@x.example", Phone="1")
    id = sf.create("Case", ContactId=contact)
    sf.patch(f"sobjects/Contact/{contact}", {"Phone": "2"})
    found = sf.one("SELECT Id, ContactEmail, ContactPhone FROM Case WHERE ContactEmail = 'doe@x.example'")
    assert (found["Id"], found["ContactEmail"], found["ContactPhone"]) == (id, "doe@x.example", "2")
    assert sf.refusal(sf.post("sobjects/Case", {"ContactEmail": "a@x.example"}))[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
