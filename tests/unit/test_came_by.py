"""Where a lead came from, and what a CRM's list calls it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.came_by import came_by, listed_as, usual
from leadrelay.lead import Lead

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def lead(sender: str = "html", kind: str = "form", **tracking: str) -> Lead:
    known = {"id": "1" * 26, "ref": "LR-11111111", "source": "s", "received_at": RECEIVED}
    return Lead.model_validate(known | {"sender": sender, "kind": kind, "tracking": tracking})


@pytest.mark.parametrize(
    ("tracking", "name"),
    [
        ({"utm_source": "google", "utm_medium": "cpc"}, "Google Ads"),
        ({"utm_source": "google", "gclid": "EAIa"}, "Google Ads"),
        ({"utm_source": "Google", "utm_medium": "organic"}, "Google"),
        ({"gclid": "EAIa"}, "Google Ads"),
        ({"fbclid": "IwAR0", "referrer": "https://www.example.com/jobs"}, "Facebook"),
        ({"li_fat_id": "x"}, "LinkedIn"),
        ({"msclkid": "x"}, "Microsoft Ads"),
        ({"utm_source": "newsletter", "gclid": "EAIa"}, "Newsletter"),
        ({"utm_source": "hubspot", "utm_medium": "email"}, "Newsletter"),
        ({"utm_source": "linkedin", "utm_medium": "cpc"}, "LinkedIn"),
        ({"utm_medium": "cpc"}, "Online ad"),
        ({"source": "PAID_SOCIAL"}, "Paid social"),
        ({"source": "Google Ads", "utm_source": "google", "utm_medium": "cpc"}, "Google Ads"),
        ({"source": "Facebook"}, "Facebook"),
        ({"utm_source": "spring_flyer"}, "spring flyer"),
        ({"utm_source": "brand", "gclid": "EAIa"}, "Google Ads"),
        ({"referrer": "https://www.google.co.uk/"}, "Google"),
        ({"referrer": "https://lnkd.in/abc"}, "LinkedIn"),
        ({"referrer": "https://notfacebook.com/"}, ""),
        ({"referrer": "https://www.example.com/jobs"}, ""),
        ({"page": "https://www.example.com/?utm_source=xing&utm_medium=social"}, "Xing"),
        ({"page": "https://www.example.com/?gclid=EAIa#top"}, "Google Ads"),
        ({"page": "https://[", "referrer": "https://["}, ""),
        ({"utm_source": "(direct)", "utm_medium": "(none)"}, ""),
        ({"gclid": ""}, ""),
        ({}, ""),
    ],
)
def test_where_it_came_from_is_told_by_what_is_tracked(tracking: dict[str, str], name: str) -> None:
    assert came_by(lead(**tracking)) == name


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("meta", "Facebook"),
        ("linkedin", "LinkedIn"),
        ("indeed", "Indeed"),
        ("google_ads", "Google Ads"),
        ("typeform", ""),
    ],
)
def test_a_sender_that_is_an_advertiser_or_a_job_board_tells_by_itself(
    sender: str, name: str
) -> None:
    assert came_by(lead(sender)) == name


def test_what_says_nothing_came_as_its_kind_does() -> None:
    assert [usual(lead(kind=kind)) for kind in ("form", "call", "resume")] == [
        "Website",
        "Telephone",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "listed", "found"),
    [
        ("Google Ads", ["Referral", "Google AdWords"], "Google AdWords"),
        ("Telephone", ["Sitio web", "Llamada"], "Llamada"),
        ("Website", ["Cold Call", "Web Site"], "Web Site"),
        ("Newsletter", ["NEWSLETTER"], "NEWSLETTER"),
        ("spring flyer", ["Spring Flyer"], "Spring Flyer"),
        ("Google Ads", ["Website"], None),
        ("Google Ads", ["", "-"], None),
        ("", ["", "-"], None),
    ],
)
def test_a_list_may_call_it_by_another_of_its_words(
    name: str, listed: list[str], found: str | None
) -> None:
    assert listed_as(name, listed) == found


@given(st.dictionaries(st.sampled_from(["page", "referrer", "utm_source", "gclid"]), st.text()))
def test_whatever_is_tracked_there_is_an_answer_of_one_line(tracking: dict[str, str]) -> None:
    assert "\n" not in came_by(lead(**tracking))
