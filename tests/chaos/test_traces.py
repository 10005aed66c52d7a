"""What the proof's sources try, and what it takes for a sign of it."""

import pytest

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.traces import kinds, struck
from leadrelay_sandbox.simulator import Record

SOURCES = read_sources(posts.SOURCES_TOML.read_text("utf-8"))


@pytest.mark.parametrize("crm", CRMS)
def test_every_option_of_a_crm_is_set_by_one_of_the_sources(crm: str) -> None:
    tried = {kind.removeprefix("option ") for at, kind in kinds(SOURCES) if at == crm}
    missing = adapter(crm).Options.model_fields.keys() - tried
    assert not missing, "set it in leadrelay_sandbox/chaos/sources.toml"


@pytest.mark.parametrize("crm", CRMS)
def test_every_source_has_options_that_its_crm_takes(crm: str) -> None:
    for source in SOURCES.values():
        adapter(crm).Options.model_validate(source.options(crm))


def test_senders_post_to_every_source() -> None:
    assert {*posts.SOURCES} == SOURCES.keys()


@pytest.mark.parametrize(
    ("crm", "record", "shown"),
    [
        ("trackerrms", Record("1", "createLead", {"lead": {"department": "Sales"}}), "department"),
        (
            "trackerrms",
            Record("1", "x", {"instructions": {"assigntolist": "long"}}),
            "assigntolist",
        ),
        ("initiative", Record("1", "create:HelpDesk", {}), "module"),
        ("initiative", Record("1", "create:Events", {"date_start": "2026-03-03"}), "time_zone"),
        ("centia", Record("1", "Tickets.CreateTicket", {"case_id": 2}), "case_id"),
        ("collect", Record("1", "create:debtor", {"de_poe": "Acm"}), "limits"),
        ("collect", Record("1", "runplan:REV", {}), "plan"),
    ],
)
def test_an_option_is_struck_by_a_record_that_shows_it(
    crm: str, record: Record, shown: str
) -> None:
    assert (crm, f"option {shown}") in {*struck({crm: [record]}, SOURCES)}
    bare = Record("1", "another", {})
    assert (crm, f"option {shown}") not in {*struck({crm: [bare]}, SOURCES)}
