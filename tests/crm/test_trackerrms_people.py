"""Whom TrackerRMS knows, and who only looks like them."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from leadrelay.crm.trackerrms.find import person
from leadrelay.errors import Refused, Undecidable, Unknown
from leadrelay.lead import Call
from tests.crm.trackerrms_vendor import (
    ASKED,
    CANNOT_OVERWRITE,
    CREATED,
    JANE_RECORD,
    NOBODY,
    REF,
    SUCCESS,
    Vendor,
    deliver,
    found,
    fresh_steps,
    jane,
    make_lead,
    trackerrms,
)


@pytest.mark.parametrize(
    ("name", "details", "is_jane"),
    [
        ("J. Doe", {"email": "JANE@example.com"}, True),
        ("J. Doe", {"otheremail": "jane@example.com"}, True),
        ("jane doe", {"mobiletelephone": "555-0101", "email": None}, False),
        ("jane doe", {"mobiletelephone": "001 202 555 0101"}, True),
        ("Jane Doe", {"email": "jane@example.org"}, False),
        ("Janet Doe", {"businesstelephone": "+12025550101"}, False),
    ],
)
def test_only_a_sure_match_is_taken_for_the_person(
    name: str, details: dict[str, Any], *, is_jane: bool
) -> None:
    crm = trackerrms(Vendor(getRecords=found(55, name, **details)))
    assert (person(crm.api, "N", jane()) is not None) == is_jane


@pytest.mark.parametrize(
    ("first", "is_jane"),
    [
        ({"fullname": "Jane Doe", "email": "jane@example.com"}, True),
        ({"fullname": "Jane Doe", "cell": "202 555 0101"}, True),
        ({"fullname": "Jane Doe", "email": "jane@example.org"}, False),
        ({"fullname": "J. Doe", "email": "jane@example.com"}, True),
        ({"fullname": "Peter Doe", "email": "jane@example.com"}, False),
        (None, False),
    ],
)
def test_a_record_without_details_is_taken_only_if_check_person_knows_it(
    first: dict[str, str] | None, *, is_jane: bool
) -> None:
    vendor = Vendor(
        getRecords=found(55, "Jane Doe"),
        checkPerson={**SUCCESS, "recordTypes": "CU", "firstRecord": first},
    )
    assert (person(trackerrms(vendor).api, "N", jane()) is not None) == is_jane


# -- somebody who is known --------------------------------------------------------------------


def test_what_a_known_contact_wrote_becomes_an_activity_of_theirs() -> None:
    vendor = Vendor(getRecords=JANE_RECORD)
    receipt = deliver(trackerrms(vendor), jane(), record="contact", userid=20)
    assert (receipt.record_id, receipt.created) == ("55", False)
    assert vendor.operations == ["getRecords", "createActivity"]
    activity = vendor.nodes("createActivity")[0]["activity"]
    assert activity == {
        "subject": f"Website: Jane Doe [{REF}]",
        "type": "Task",
        "date": "2026-03-02",
        "time": "09:30 AM",
        "status": "Not Started",
        "priority": "Medium",
        "contactType": "Inbound",
        "note": activity["note"],
        "userId": 20,
        "linkRecordType": "N",
        "linkRecordId": 55,
    }
    assert activity["note"].startswith(f"{ASKED}\n\nPlease call me")


def test_a_contact_that_may_be_overwritten_is_sent_without_blanks() -> None:
    vendor = Vendor(createContact={**CREATED, "message": "updated"})
    deliver(trackerrms(vendor), jane(), record="contact", overwritecontact=True)
    assert vendor.operations == ["checkPerson", "createContact"]
    (node,) = vendor.nodes("createContact")
    assert node["instructions"]["overwritecontact"] is True
    assert "" not in node["contact"].values()


def test_a_record_the_crm_found_by_its_own_rules_is_delivered_to() -> None:
    vendor = Vendor(
        getRecords=[NOBODY, NOBODY, found(9, "Doe, Jane")],
        createContact={**CANNOT_OVERWRITE, "recordId": 9},
    )
    receipt = deliver(trackerrms(vendor), jane(), record="contact")
    assert (receipt.record_id, receipt.created) == ("9", False)
    assert vendor.nodes("createActivity")[0]["activity"]["linkRecordId"] == 9


def test_a_record_the_crm_found_by_its_own_rules_is_not_another_persons() -> None:
    vendor = Vendor(
        getRecords=[NOBODY, NOBODY, found(9, "Peter Doe")],
        createContact={**CANNOT_OVERWRITE, "recordId": 9},
    )
    with pytest.raises(Refused, match="another name"):
        deliver(trackerrms(vendor), jane(), record="contact")
    assert "createActivity" not in vendor.operations


def test_nobody_is_overwritten_whom_the_crm_knows_by_another_name() -> None:
    peter = {"fullname": "Peter Doe", "email": "jane@example.com"}
    vendor = Vendor(checkPerson={**SUCCESS, "recordTypes": "C", "firstRecord": peter})
    with pytest.raises(Refused, match="by another name"):
        deliver(trackerrms(vendor), jane(), record="contact", overwritecontact=True)
    assert vendor.operations == ["checkPerson"]


def test_a_record_that_the_crm_does_not_name_is_never_guessed() -> None:
    vendor = Vendor(getRecords=NOBODY, createContact=CANNOT_OVERWRITE)
    with pytest.raises(Refused, match="by hand"):
        deliver(trackerrms(vendor), jane(), record="contact")
    assert "createActivity" not in vendor.operations


def by_name_only(*names: str) -> Callable[[Any], Any]:
    """getRecords that doesn't find people by their address."""
    results = [
        {"id": number, "name": name, "details": {"email": "jane@example.com"}}
        for number, name in enumerate(names, 55)
    ]

    def answer(node: Any) -> Any:
        text = node["instructions"].get("searchtext", "")
        return {**SUCCESS, "results": [one for one in results if text in str(one["name"])]}

    return answer


@pytest.mark.parametrize(("name", "whose"), [("J. M. Doe", "55"), ("P. Doe", "56"), (None, None)])
def test_whom_of_a_family_status_3_means_only_a_name_tells(
    name: str | None, whose: str | None
) -> None:
    first = {"fullname": "Jane Doe", "email": "jane@example.com"}
    vendor = Vendor(
        getRecords=by_name_only("Jane Doe", "Peter Doe"),
        createContact=CANNOT_OVERWRITE,
        checkPerson={**SUCCESS, "recordTypes": "C", "firstRecord": first},
    )
    lead = make_lead(full_name=name, email="jane@example.com", message="Please call me")
    if whose:
        receipt = deliver(trackerrms(vendor), lead, record="contact")
        assert (receipt.record_id, receipt.created) == (whose, False)
    else:
        with pytest.raises(Refused, match="none is surely theirs"):
            deliver(trackerrms(vendor), lead, record="contact")


@pytest.mark.parametrize(
    ("family", "is_hers"),
    [(("Jane Doe",), True), (("Jane Doe", "Peter Doe"), False), (("",), False)],
)
def test_whom_status_3_names_is_not_who_tells_no_name_unless_the_address_is_theirs_alone(
    family: tuple[str, ...], *, is_hers: bool
) -> None:
    first = {"fullname": family[0], "email": "jane@example.com"}
    vendor = Vendor(
        getRecords=by_name_only(*family),
        createContact={**CANNOT_OVERWRITE, "recordId": 55},
        checkPerson={**SUCCESS, "recordTypes": "C", "firstRecord": first},
    )
    name = None if family[0] else "Jane Doe"
    lead = make_lead(full_name=name, email="jane@example.com", message="Please call me")
    if is_hers:
        assert deliver(trackerrms(vendor), lead, record="contact").record_id == "55"
    else:
        with pytest.raises(Refused, match="may be somebody else's"):
            deliver(trackerrms(vendor), lead, record="contact")
    assert ("createActivity" in vendor.operations) is is_hers


def test_nobody_typed_in_since_the_last_attempt_is_overwritten() -> None:
    peter = {"fullname": "Peter Doe", "email": "jane@example.com"}
    vendor = Vendor(
        checkPerson=[NOBODY, {**SUCCESS, "recordTypes": "C", "firstRecord": peter}],
        createContact=httpx.ReadError("cut"),
    )
    steps, options = fresh_steps(), {"record": "contact", "overwritecontact": True}
    with pytest.raises(Unknown):
        deliver(trackerrms(vendor), jane(), steps, **options)
    with pytest.raises(Refused, match="by another name"):
        deliver(trackerrms(vendor), jane(), steps, **options)
    assert vendor.operations.count("createContact") == 1


def test_who_gives_no_name_keeps_the_one_they_have_when_they_are_overwritten() -> None:
    known = {"fullname": "Jane Doe", "email": "jane@example.com"}
    vendor = Vendor(
        checkPerson={**SUCCESS, "recordTypes": "C", "firstRecord": known}, createContact=CREATED
    )
    lead = make_lead(email="jane@example.com", message="Please call me")
    deliver(trackerrms(vendor), lead, record="contact", overwritecontact=True)
    (node,) = vendor.nodes("createContact")
    assert node["contact"]["fullname"] == "Jane Doe"


def test_an_address_that_names_nobody_is_not_asked_for() -> None:
    first = {"fullname": "Jane Doe", "phone": "+12025550101"}
    vendor = Vendor(
        getRecords=found(55, "Jane Doe", businesstelephone="+12025550101"),
        checkPerson={**SUCCESS, "recordTypes": "C", "firstRecord": first},
    )
    call = Call(caller="+12025550101", state="completed", direction="inbound")
    receipt = deliver(trackerrms(vendor), make_lead(kind="call", call=call, email="n/a"))
    assert receipt.record_id == "55"
    assert [node["details"]["email"] for node in vendor.nodes("checkPerson")] == [""]


def test_a_contact_called_by_a_number_is_looked_for_as_it_is_called() -> None:
    vendor = Vendor(
        getRecords=by_name_only("Caller +1 202-555-0101"), createContact=httpx.ReadError("cut")
    )
    call = Call(caller="+12025550101", state="completed", direction="inbound")
    lead, steps = make_lead(kind="call", call=call), fresh_steps()
    for error in (Unknown, Undecidable):
        with pytest.raises(error):
            deliver(trackerrms(vendor), lead, steps, record="contact")
    assert vendor.operations.count("createContact") == 1
