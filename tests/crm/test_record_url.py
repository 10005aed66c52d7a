"""What opens a record in a browser: a CRM's own link to it, else as the source's options say."""

import pytest
from pydantic import ValidationError

from leadrelay.crm.mapping import OptionsModel
from leadrelay.crm.trackerrms.wire import link_to_record
from leadrelay_sandbox.trackerrms.lookups import WEB_APP
from tests.crm.contract import Account, make_lead

URL = "https://crm.example/{number}?id={id}"


def test_a_record_is_led_to_as_the_options_say(account: Account) -> None:
    plain = account.deliver(make_lead("form", 1))
    assert plain.link is None
    made = account.deliver(make_lead("form", 2), options=account.options(record_url=URL))
    assert made.link == URL.format(number=made.record_id.rpartition("x")[2], id=made.record_id)


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_trackerrms_tells_who_called_by_a_link_of_its_own(account: Account) -> None:
    account.simulator.switch["details"] = "object"
    account.deliver(make_lead("form", 1), options=account.options(record="contact"))
    of_her = make_lead("call", 2, call=make_lead("call", 1).call)
    known = account.deliver(of_her, options=account.options(record_url=URL))
    assert not known.created
    assert known.link == f"{WEB_APP}{known.record_id}"


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("https://usevo1.tracker-rms.com", ""), ("https://usevo1.tracker-rms.com/", ""),
        ("https://x.example/?", ""), ("http://x.example/1", ""), ("javascript:x", ""),
        ("https://x.example/1", "https://x.example/1"), ("https://x.example?id=1",) * 2,
        ("https://x.example/#1", "https://x.example/#1"),
    ],
)  # fmt: skip
def test_a_link_to_a_start_page_leads_to_no_record(link: str, leads_to: str) -> None:
    assert link_to_record(link) == leads_to


def test_an_id_is_no_part_of_a_path_or_a_query() -> None:
    assert OptionsModel(record_url=URL).link("a/b&c=1") == "https://crm.example/1?id=a%2Fb%26c%3D1"
    assert OptionsModel(record_url=URL).link("") is None


@pytest.mark.parametrize(
    "url",
    [
        "crm.example/{id}", "https://crm.example/", "https://crm.example/{record}",
        "https://crm.example/{id", "https://crm.example/{id}}", "javascript:{id}",
        "https://{id}.example/", "https://crm.example/{id} x",
    ],
)  # fmt: skip
def test_what_leads_to_no_record_is_a_mistake(url: str) -> None:
    with pytest.raises(ValidationError, match="record_url"):
        OptionsModel(record_url=url)
