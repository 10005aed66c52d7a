"""What senders tell stands in the fields that the CRMs have for it: one test for each kind of fact,
from the senders' own requests to the records of the strict simulators."""

from collections.abc import Callable
from typing import Any

import pytest

from leadrelay.lead import Lead
from leadrelay.narrator.style import Style, style_of
from leadrelay_ops.records import stories
from leadrelay_sandbox.centia.fixtures import LISTS
from tests.crm.contract import Account, make_lead

LEADS: dict[str, tuple[Style, Lead]] = {
    name: (style_of(source), leads[-1])
    for names, source, leads in stories()
    for name in names.split(", ")
}
type Fields = dict[str, Any]
type Rows = list[tuple[str, str, Fields, Fields]]
"""CRM, sample, options, and what its record has in which fields."""


def landed(account: Account, sample: str, options: Fields, **changes: Any) -> Fields:
    """Every field of every record that the sample becomes; of those alike the last."""
    account.simulator.switch |= {"refuse_unknown_names": True}
    style, lead = LEADS[sample]
    chosen = account.options(**options).in_style(style)
    if lead.resume:  # whose bytes the account knows
        changes |= {"resume": make_lead("resume").resume, "attachments": ()}
    account.deliver(lead.model_copy(update=changes), options=chosen)
    found: Fields = {}
    for record in account.simulator.records:
        for name, value in record.fields.items():
            inner = value if isinstance(value, dict) else {name: value}
            found |= {key: text for key, text in inner.items() if text not in ("", None)}
    return found


def of_each(rows: Rows) -> Callable[[Callable[..., None]], Callable[..., None]]:
    ids = [f"{sample}-{'-'.join(wanted)}" for _, sample, _, wanted in rows]
    return pytest.mark.parametrize(
        ("account", "sample", "options", "wanted"), rows, indirect=["account"], ids=ids
    )


def check(account: Account, sample: str, options: Fields, wanted: Fields) -> None:
    found = landed(account, sample, options)
    assert {name: found.get(name, "") for name in wanted} == wanted


def centia_id(method: str, name: str) -> int:
    return next(int(one["id"]) for one in LISTS[method] if one["name"] == name)


WEB, PHONE = "Sitio web", "Llamada"


@of_each(
    [
        ("trackerrms", "callrail-post-call", {}, {"source": "Google Ads"}),
        ("trackerrms", "indeed", {}, {"source": "Indeed"}),
        ("trackerrms", "form-html", {}, {"source": "Website"}),
        ("initiative", "google_ads", {"came_by": {"Google Ads": "Partner"}},
         {"leadsource": "Partner"}),
        ("initiative", "form-multipart", {}, {"leadsource": "Web Site"}),
        ("centia", "form-multipart", {},
         {"origin_id": centia_id("Tickets.GetOrigins", WEB)}),
        ("collect", "linkedin", {"values": {"de_user_2": "{came_by}"}}, {"de_user_2": "LinkedIn"}),
    ]
)  # fmt: skip
def test_where_it_came_from(account: Account, sample: str, options: Fields, wanted: Fields) -> None:
    check(account, sample, options, wanted)


@of_each(
    [
        ("trackerrms", "aircall-2-ended", {}, {"source": "Telephone"}),
        ("initiative", "aircall-2-ended", {"came_by": {"Telephone": "Cold Call"}},
         {"leadsource": "Cold Call"}),
    ]
)  # fmt: skip
def test_that_it_is_a_call_where_nothing_else_tells(
    account: Account, sample: str, options: Fields, wanted: Fields
) -> None:
    check(account, sample, options, wanted)


@pytest.mark.parametrize("account", ["centia"], indirect=True)
def test_that_it_is_a_call_is_the_origin_of_centia_s_contact(account: Account) -> None:
    landed(account, "aircall-2-ended", {})
    (contact,) = (one for one in account.simulator.records if "CreateContact" in one.operation)
    assert contact.fields["origin_id"] == centia_id("Contacts.GetOrigins", PHONE)


@of_each(
    [
        ("trackerrms", "hubspot", {}, {"jobtitle": "Head of People"}),
        ("initiative", "hubspot", {}, {"designation": "Head of People"}),
        ("initiative", "hubspot", {"module": "Contacts"}, {"title": "Head of People"}),
    ]
)
def test_the_job_title(account: Account, sample: str, options: Fields, wanted: Fields) -> None:
    check(account, sample, options, wanted)


SALUTED = {"extra": {"Anrede": "Frau", "department": "Compras"}}


@pytest.mark.parametrize(
    ("account", "options", "wanted"),
    [
        ("initiative", {}, {"salutationtype": "Ms."}),
        ("initiative", {"module": "Contacts"}, {"department": "Compras"}),
        ("centia", {}, {"title_id": centia_id("Contacts.GetTitles", "Sra.")}),
        ("centia", {}, {"department_id": centia_id("Contacts.GetDepartments", "Compras")}),
    ],
    indirect=["account"],
)
def test_the_salutation_and_the_department(
    account: Account, options: Fields, wanted: Fields
) -> None:
    found = landed(account, "form-multipart", options, **SALUTED)
    assert {name: found.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("account", ["initiative"], indirect=True)
@pytest.mark.parametrize(
    ("extra", "wanted"),
    [
        ({"lead_status": "hot"}, {"leadstatus": "Hot"}),
        ({"rating": "active"}, {"rating": "Active"}),
        ({"lead_status": "good_lead"}, {"leadstatus": "", "rating": ""}),
    ],
)
def test_how_the_lead_was_judged(account: Account, extra: Fields, wanted: Fields) -> None:
    found = landed(account, "form-multipart", {}, extra=extra)
    assert {name: found.get(name, "") for name in wanted} == wanted


@of_each([("initiative", "form-nested-json", {}, {"emailoptout": "1"})])
def test_no_to_a_newsletter(account: Account, sample: str, options: Fields, wanted: Fields) -> None:
    check(account, sample, options, wanted)


MOBILE, LANDLINE = "+33612345678", "+442079460958"


@pytest.mark.parametrize(
    ("account", "mobile", "landline"),
    [
        ("trackerrms", "cellphone", "businessphone"),
        ("initiative", "mobile", "phone"),
        ("centia", "phone_mobile", "phone_office"),
        ("collect", "de_cell_phone", "de_home_phone"),
    ],
    indirect=["account"],
)
def test_a_mobile_and_a_landline(account: Account, mobile: str, landline: str) -> None:
    for number, field, other in ((MOBILE, mobile, landline), (LANDLINE, landline, mobile)):
        account.simulator.reset()
        found = landed(account, "form-html", {}, phone=number)
        assert (found.get(field), found.get(other)) == (number, None)


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_the_phone_of_a_candidate_who_came_with_a_resume(account: Account) -> None:
    landed(account, "indeed", {})
    updates = [
        one.fields["updates"] for one in account.simulator.records if "updates" in one.fields
    ]
    assert LEADS["indeed"][1].phone in updates[0].values()


@of_each(
    [
        ("trackerrms", "aircall-2-ended", {"record": "contact", "owner": "{agent}"},
         {"contactType": "Inbound", "status": "Completed", "userId": 21}),
        ("initiative", "aircall-2-ended", {"owner": "{agent}"},
         {"duration_hours": "0", "duration_minutes": "2", "assigned_user_id": "19x12",
          "eventstatus": "Held"}),
        ("centia", "aircall-2-ended", {"owner": "{agent}"}, {"user_id": 6}),
        ("collect", "aircall-2-ended", {},
         {"co_description": f"{LEADS['aircall-2-ended'][1].ref} Incoming call from Sam Testcase; "
          "2 min 50 sec"}),
    ]
)  # fmt: skip
def test_how_a_call_went_and_who_took_it(
    account: Account, sample: str, options: Fields, wanted: Fields
) -> None:
    check(account, sample, options, wanted)


@of_each(
    [
        ("trackerrms", "aircall-2-ended", {"record": "contact"},
         {"date": "2026-11-20", "time": "04:32 AM"}),
        ("initiative", "aircall-2-ended", {"time_zone": "America/New_York"},
         {"date_start": "2026-11-20", "time_start": "04:32:00", "time_end": "04:34:50"}),
        ("collect", "aircall-2-ended", {}, {"co_date": "2026-11-20"}),
    ]
)  # fmt: skip
def test_when_a_call_was(account: Account, sample: str, options: Fields, wanted: Fields) -> None:
    check(account, sample, options, wanted)


@of_each(
    [
        ("trackerrms", "callrail-post-call", {}, {"city": "Washington", "state": "DC"}),
        ("initiative", "ctm-end", {},
         {"city": "Washington", "state": "DC", "lane": "1 Example Street", "code": "20001"}),
        ("collect", "ctm-end", {}, {"de_city": "Washington", "de_state": "DC", "de_zip": "20001"}),
    ]
)  # fmt: skip
def test_where_a_caller_lives(
    account: Account, sample: str, options: Fields, wanted: Fields
) -> None:
    check(account, sample, options, wanted)


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
@pytest.mark.parametrize("job", ["Warehouse Supervisor (ref. JOB-1007)", "JOB-1007"])
def test_the_reference_of_a_job(account: Account, job: str) -> None:
    landed(account, "resume-multipart", {}, job=job)
    (applied,) = (
        one for one in account.simulator.records if one.operation == "resourceApplication"
    )
    assert applied.fields["instructions"]["opportunityid"] == "1007"
