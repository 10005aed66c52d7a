"""Where a lead came from reaches the field that each CRM has for it, in that CRM's own words."""

from typing import Any

import pytest

from leadrelay.crm.base import Advice
from tests.crm.contract import Account, make_lead

of = {
    name: pytest.mark.parametrize("account", [name], indirect=True)
    for name in ("trackerrms", "initiative", "centia", "collect")
}
GOOGLE: dict[str, Any] = {"tracking": {"utm_source": "google", "utm_medium": "cpc"}}
LINKEDIN: dict[str, Any] = {"sender": "linkedin"}


def told(account: Account, node: str = "") -> Any:
    fields = account.ones[-1].fields
    return fields[node] if node else fields


@of["trackerrms"]
@pytest.mark.parametrize(
    ("kind", "given", "options", "source"),
    [
        ("form", {}, {}, "Website"),
        ("form", GOOGLE, {}, "Google Ads"),
        ("form", LINKEDIN, {}, "Website"),  # the list has no LinkedIn
        ("form", LINKEDIN, {"came_by": {"LinkedIn": "Referral"}}, "Referral"),
        ("form", GOOGLE, {"came_by": {"Google Ads": "No such"}}, "Google Ads"),
        ("form", GOOGLE, {"source": "Client Request"}, "Client Request"),
        ("call", {}, {}, "Telephone"),
    ],
)
def test_trackerrms_is_told_a_source_that_it_lists(
    account: Account, kind: Any, given: dict[str, Any], options: dict[str, Any], source: str
) -> None:
    account.simulator.switch["refuse_unknown_names"] = True
    account.deliver(make_lead(kind, **given), options=account.options(**options))
    assert told(account, "lead")["source"] == source


@of["trackerrms"]
def test_a_candidate_s_source_is_one_of_the_candidates_list(account: Account) -> None:
    account.simulator.switch["refuse_unknown_names"] = True
    account.deliver(make_lead("resume", sender="indeed"))
    assert told(account, "resource")["source"] == "Indeed"


@of["trackerrms"]
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 403}, {"refuse": "no"}])
def test_settings_that_cannot_be_read_cost_no_lead(account: Account, fault: dict[str, Any]) -> None:
    account.simulator.fail_next(operation="getSettingsData", times=99, **fault)
    for number in range(2):
        account.deliver(make_lead("form", number, **GOOGLE))
    assert told(account, "lead")["source"] == ""


@of["initiative"]
@pytest.mark.parametrize(
    ("kind", "given", "options", "source"),
    [
        ("form", {}, {}, "Web Site"),
        ("form", LINKEDIN, {}, "Web Site"),
        ("form", LINKEDIN, {"came_by": {"linkedin": "Partner"}}, "Partner"),
        ("form", LINKEDIN, {"came_by": {"LinkedIn": "No such"}}, "Web Site"),
        ("form", {"tracking": {"utm_source": "employee"}}, {}, "Employee"),
        ("call", {}, {}, ""),
        ("call", {}, {"came_by": {"Telephone": "Cold Call"}}, "Cold Call"),
        ("form", {}, {"fields": {"leadsource": "Other"}}, "Other"),
    ],
)
def test_initiative_is_told_a_source_of_its_picklist(
    account: Account, kind: Any, given: dict[str, Any], options: dict[str, Any], source: str
) -> None:
    account.deliver(make_lead(kind, **given), options=account.options(**options))
    assert told(account).get("leadsource", "") == source


@of["collect"]
@pytest.mark.parametrize(
    ("given", "came_by", "text"),
    [
        (GOOGLE, {}, "Google Ads"),
        (GOOGLE, {"google ads": "GADS"}, "GADS"),
        ({}, {}, None),
        ({"tracking": {"utm_source": "spring_flyer"}}, {}, "spring flyer"),
    ],
)
def test_collect_is_told_it_where_a_source_has_a_column_for_it(
    account: Account, given: dict[str, Any], came_by: dict[str, str], text: str | None
) -> None:
    options = account.options(values={"de_user_2": "{came_by}"}, came_by=came_by)
    account.deliver(make_lead(**given), options=options)
    assert told(account).get("de_user_2") == text


@pytest.mark.parametrize("account", ["trackerrms", "initiative", "centia"], indirect=True)
def test_check_warns_of_a_name_that_the_crm_does_not_have(account: Account) -> None:
    def advice(**came_by: str) -> list[Advice]:
        return account.crm.advise("form", account.options(came_by=came_by))

    assert advice() == []
    listed = {"trackerrms": "Referral", "initiative": "Partner", "centia": "Recomendación"}
    assert advice(LinkedIn=listed[account.name]) == []
    (one,) = advice(LinkedIn="LinkedIn Ads")
    assert one.key == "came_by.LinkedIn"
    assert listed[account.name] in one.text
