"""Lead → what each TrackerRMS operation is sent: nothing undocumented, and nothing left out."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from leadrelay.came_by import came_by, plain
from leadrelay.crm.operations import check
from leadrelay.crm.trackerrms import additions, payload
from leadrelay.crm.trackerrms.operations import OPERATIONS
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.phones import phone
from leadrelay.lead import TEXT_FIELDS, Attachment, Call, Lead, Station
from leadrelay.narrator.style import Style
from leadrelay.narrator.values import agreed, said
from leadrelay.narrator.words import words
from leadrelay.plumbing import is_nothing
from tests.crm.trackerrms_vendor import ASKED, CV, REF, make_lead

CALL = Call(
    state="missed",
    caller="+12025550101",
    started_at=datetime(2026, 3, 2, 0, 5, tzinfo=UTC),
    duration=63,
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
_PLAIN = sorted(TEXT_FIELDS)
_LEADS = st.builds(
    lambda fields, tracking, extra: make_lead(**fields, tracking=tracking, extra=extra, call=CALL),
    st.fixed_dictionaries({}, optional=dict.fromkeys(_PLAIN, _TEXT)),
    st.dictionaries(st.sampled_from(["utm_source", "gclid"]), _TEXT),
    st.dictionaries(_TEXT, _TEXT, max_size=3),
)


@given(_LEADS)
def test_every_field_of_a_lead_is_sent_whatever_it_becomes(lead: Lead) -> None:
    options = Options(overwriteresource=True)
    for operation, params in {
        "createLead": payload.lead_params(lead, options),
        "createOpportunity": payload.opportunity_params(lead, options),
        "createContact": payload.contact_params(lead, options, told=False),
        "createResource": payload.resource_params(lead, options, told=False),
        "createResourceFromResume": payload.resume_params(lead, options, CV, b"", told=False),
        "createActivity": additions.activity_params(lead, options, "N", 1),
    }.items():
        check(OPERATIONS[operation], params)
        sent = json.dumps(params, ensure_ascii=False)
        for value in _values(lead):
            assert json.dumps(value.strip(), ensure_ascii=False)[1:-1] in sent


def _values(lead: Lead) -> list[str]:
    given = lead.model_dump(mode="json", exclude_none=True, include={*_PLAIN, "tracking", "extra"})
    given["consent"] = agreed(given.get("consent", ""), words("en"))
    extra = [said(value, Style()) for value in given.pop("extra").values()]
    source = given.pop("tracking").get("utm_source", "")
    told = source if plain(source) not in plain(came_by(lead)) else ""  # else by its name
    nested = [told, *extra]
    return [value for value in [*given.values(), *nested] if not is_nothing(value)]


def test_a_file_is_named_without_the_path_it_came_with() -> None:
    file = Attachment(filename="C:\\cv\\../jane.pdf", media_type="", size=0, sha256="0")
    assert payload.file_fields(file, b"")["filename"] == "jane.pdf"


def test_a_lead_without_any_name_has_a_full_name_all_the_same() -> None:
    lead = payload.lead_params(make_lead(message="Hello"), Options())["lead"]
    assert lead["fullname"] == "Unknown"
    assert lead["leadname"] == f"Website: Unknown [{REF}]"


def test_the_reference_has_room_behind_the_longest_name() -> None:
    title = payload.title(make_lead(full_name="Jane " * 20_000), "")
    assert title.endswith(f" [{REF}]")
    assert len(title) < 80


def test_an_unknown_option_is_a_mistake() -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({"leadnam": "x"})


@pytest.mark.parametrize(
    ("job", "number"),
    [
        ("JOB-1007", 1007),
        ("1007", 1007),
        ("opp-12", 12),
        ("Warehouse Supervisor (ref. EX-204)", 204),
        ("Cook [EX-204]", 204),
        ("Réf. : 204 – Cuisinier", 204),
        ("Reference #204, Cook", 204),
        ("Job 204: Cook", 204),
        ("Cook (EX-204), Chef (EX-205)", None),
        ("Cook (2)", None),
        ("ISO-9001 auditor", None),
        ("Referee 2", None),
        ("Cook 2", None),
        ("A-1-2", None),
    ],
)
def test_only_a_job_reference_is_read_as_a_number(job: str, number: int | None) -> None:
    assert Options().job(make_lead(job=job)) == number


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ({"job": "Nurse", "technical": {"job.jobId": "EX-311"}}, 311),
        ({"job": "Cook (ref. EX-204)", "technical": {"job.jobId": "EX-311"}}, 204),
        ({"job": "Nurse", "extra": {"Job reference": "JOB-7"}}, 7),
        ({"job": "Nurse", "technical": {"job.jobId": "311"}}, None),  # a job board's own
        ({"job": "Nurse", "technical": {"job.jobKey": "EX-311"}}, None),
    ],
)
def test_a_job_is_also_known_by_the_reference_that_a_sender_tells(
    told: dict[str, Any], number: int | None
) -> None:
    assert Options().job(make_lead(**told)) == number


def test_a_description_in_the_source_s_words_does_not_repeat_what_it_tells() -> None:
    lead = make_lead(message="Call me", subject="Hello")
    options = Options(description="Asked: {message}")
    text = payload.lead_params(lead, options)["lead"]["description"]
    assert text == f"Asked: Call me\n\n{ASKED}\n\nSubject: Hello\n\nReference: {REF}"


def test_just_after_midnight_is_twelve_am() -> None:
    params = additions.activity_params(make_lead(kind="call", call=CALL), Options(), "N", 1)
    assert params["activity"]["time"] == "12:05 AM"
    assert params["activity"]["status"] == "No Answer"


@pytest.mark.parametrize(
    ("caller", "number"),
    [("+12025550101", "+12025550101"), ("sip:jane@example.com", ""), ("anonymous", ""), (None, "")],
)
def test_only_what_a_telephone_dials_is_a_number(caller: str | None, number: str) -> None:
    lead = make_lead(call=CALL.model_copy(update={"caller": caller}), phone=None)
    assert phone(lead) == number


def test_a_resume_in_its_parts_is_a_candidate_s_history_and_stands_in_the_note() -> None:
    nurse = Station(section="positions", title="Nurse", at="Ward 3", begun="2018-04", lasts=True)
    cook = Station(section="positions", title="Cook", begun="2016", ended="2017-12", about="Fish.")
    school = Station(section="educations", title="BSc", at="Leeds", begun="2011", ended="2014")
    lead = make_lead(career=(nurse, cook, school))
    params = payload.resource_params(lead, Options(), told=False)
    check(OPERATIONS["createResource"], params)
    resource = params["resource"]
    names = ("company", "jobtitle", "startdate", "enddate", "description")
    assert [tuple(one[name] for name in names) for one in resource["jobhistory"]] == [
        ("Ward 3", "Nurse", "2018", "", ""),
        ("", "Cook", "2016", "2017", "Fish."),
    ]
    assert resource["education"] == "BSc, Leeds, 2011 – 2014"
    assert "since Apr 2018" in resource["note"]
