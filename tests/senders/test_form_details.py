"""What is particular to one form vendor."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from leadrelay.errors import Rejected
from leadrelay.signing.samples import Sample
from tests.senders import form_samples as forms

FORM = "application/x-www-form-urlencoded"


def edited(name: str, **members: Any) -> Sample:
    """A JSON sample with members replaced."""
    sample = forms.load(name)
    return replace(sample, body=json.dumps({**json.loads(sample.body), **members}).encode())


def with_body(name: str, body: bytes, content_type: str) -> Sample:
    sample = forms.load(name)
    return replace(sample, body=body, headers=[("Content-Type", content_type)])


def test_googles_test_data_is_a_lead_marked_as_a_test() -> None:
    (submission,) = forms.submissions(forms.load("google_ads-test"))
    assert submission.test
    lead = forms.lead(forms.load("google_ads-test"))
    assert (lead.full_name, lead.technical["is_test"]) == ("FirstName LastName", "true")


def test_one_delivery_of_meta_holds_several_leads() -> None:
    found = forms.submissions(forms.load("meta"))
    assert [one.key for one in found] == [
        "444000000000000001",
        "444000000000000002",
        "444000000000000003",
    ]
    assert dict(found[0].fields) == {
        "created_time": "1772443797",
        "leadgen_id": "444000000000000001",
        "page_id": "101000000000001",
        "form_id": "202000000000001",
        "ad_id": "303000000000001",
        "adgroup_id": "303000000000001",
    }


def test_other_news_of_a_page_make_no_lead() -> None:
    change = {"field": "feed", "value": {"leadgen_id": "1"}}
    assert forms.submissions(edited("meta", entry=[{"changes": [change]}])) == ()


def test_a_lead_deleted_at_linkedin_makes_no_lead() -> None:
    assert forms.submissions(edited("linkedin", leadAction="DELETED")) == ()


def test_a_chatty_typeform_question_is_known_by_its_reference() -> None:
    asked = {
        "first_name": "So, what do your friends call you?",
        "last_name": "And what is written on your door?",
        "colour": "Which colour do you like?",
    }
    fields = [{"id": ref, "ref": ref, "title": title} for ref, title in asked.items()]
    answers = [
        {"type": "text", "text": ref.title(), "field": {"id": ref, "ref": ref}} for ref in asked
    ]
    response = {"token": "t", "definition": {"fields": fields}, "answers": answers}
    lead = forms.lead(edited("typeform", form_response=response))
    assert (lead.first_name, lead.last_name) == ("First_Name", "Last_Name")
    assert lead.extra == {"Which colour do you like?": "Colour"}


def test_what_a_typeform_computes_is_nobody_s_name() -> None:
    variables = [{"key": "name", "type": "text", "text": "typeform"}]
    answers = [{"type": "email", "email": "jane@example.com", "field": {"id": "e", "ref": "r"}}]
    response = {"token": "t", "variables": variables, "answers": answers}
    lead = forms.lead(edited("typeform", form_response=response))
    assert (lead.name, lead.email) == ("", "jane@example.com")
    assert lead.extra["variables.name"] == "typeform"


def test_a_partial_typeform_response_is_not_taken_for_the_whole_one() -> None:
    (submission,) = forms.submissions(edited("typeform", event_type="form_response_partial"))
    assert submission.key == "01JNB3Z9Q4EXAMPLE0000000A1"


def test_a_typeform_without_answers_is_read() -> None:
    (submission,) = forms.submissions(edited("typeform", form_response={"token": "a"}))
    assert submission.fields == ()


def test_the_same_hubspot_contact_with_a_new_submission_is_a_new_lead() -> None:
    newer = [
        {"conversion-id": "old", "timestamp": 999},
        {"conversion-id": "new", "timestamp": 1772443797001},
    ]
    (submission,) = forms.submissions(edited("hubspot", **{"form-submissions": newer}))
    assert submission.key == "3234501:new"


def test_the_events_of_a_hubspot_app_come_in_a_list_and_are_a_lead_each() -> None:
    events = [{"subscriptionType": "contact.creation", "objectId": n} for n in (123, 124)]
    found = forms.submissions(replace(forms.load("hubspot"), body=json.dumps(events).encode()))
    assert [dict(one.about)["objectId"] for one in found] == ["123", "124"]


def test_a_hubspot_contact_without_a_submission_is_told_by_its_content() -> None:
    (submission,) = forms.submissions(edited("hubspot", **{"form-submissions": []}))
    assert submission.key is None


def test_a_wufoo_entry_of_an_unnamed_form_is_told_by_its_content() -> None:
    body = urlencode({"Field1": "Alex", "EntryId": "17"}).encode()
    sample = with_body("wufoo", body, FORM)
    (submission,) = forms.submissions(sample)
    assert (submission.key, submission.pairs) == (None, (("Field1", "Alex"), ("EntryId", "17")))


def test_a_file_that_contact_form_7_sends_whole_is_kept_by_name_and_said_so() -> None:
    file = {"filename": "cv.pdf", "content": "JVBERi0="}
    body = json.dumps({"your-name": "A", "cv": file}).encode()
    (submission,) = forms.submissions(with_body("cf7", body, "application/json"))
    assert submission.fields == (
        ("your-name", "A"),
        ("cv", "cv.pdf"),
        ("leadrelay_truncated", "the file cv.pdf: post it to /resumes"),
    )


def test_what_comes_as_json_in_a_field_is_read_before_it_is_measured() -> None:
    """Jotform sends a drawn signature in there, as a data: URL."""
    drawn = "data:image/png;base64," + "iVBORw0K" * 15_000
    answers = {"q3_name": {"first": "Jane", "last": "Doe"}, "q9_signature": drawn}
    body = urlencode({"submissionID": "1", "rawRequest": json.dumps(answers)}).encode()
    lead = forms.lead(with_body("jotform", body, FORM))
    assert (lead.first_name, lead.last_name) == ("Jane", "Doe")
    words = "x" * 120_000
    answered = {"email": ["jane@example.com"], "message": [words]}
    body = urlencode({"page_id": "p", "data.json": json.dumps(answered)}).encode()
    lead = forms.lead(with_body("unbounce", body, FORM))
    assert (lead.email, lead.message) == ("jane@example.com", words)


def test_formstacks_hmac_header_counts_instead_of_the_key_in_the_body() -> None:
    sample = with_body("formstack", b'{"FormID":"1"}', "application/json")
    # openssl dgst -sha256 -hmac sandbox-formstack
    signature = "sha256=863694956fea056261b053482e0988030981be0a190b2419c0abe84871737ef0"
    signed = replace(sample, headers=[*sample.headers, ("X-FS-Signature", signature)])
    forms.verify(signed)
    with pytest.raises(Rejected, match=r"^401"):
        forms.verify(replace(signed, body=b'{"FormID":"2"}'))


def test_formstacks_json_fields_are_unpacked() -> None:
    name = {"value": {"first": "Chris", "last": "Stand-In"}, "field_type": "name"}
    body = json.dumps({"FormID": "1", "UniqueID": "2", "Name": name}).encode()
    lead = forms.lead(with_body("formstack", body, "application/json"))
    assert (lead.first_name, lead.last_name) == ("Chris", "Stand-In")


def test_a_netlify_function_event_is_unwrapped() -> None:
    sample = forms.load("netlify")
    wrapped = replace(sample, body=b'{"payload":' + sample.body + b"}")
    assert forms.lead(wrapped) == forms.lead(sample)


@pytest.mark.parametrize(
    "name", ["typeform", "tally", "webflow", "netlify", "google_ads", "jotform"]
)
def test_what_is_not_the_vendors_format_is_refused(name: str) -> None:
    headers = [("Content-Type", "application/json")]
    with pytest.raises(Rejected, match=r"^400"):
        forms.submissions(replace(forms.load(name), headers=headers, body=b'{"a": "b"}'))
