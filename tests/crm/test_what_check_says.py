"""An account that is set up wrongly: what is said tells what to look at."""

import json
from typing import Any

import pytest

from leadrelay.errors import DeliveryError, Misconfigured, Retryable
from tests.crm.contract import Account

NAMES = {
    "trackerrms": "does not know this user",
    "initiative": "username (with its prefix) and access_key in the secret",
    "centia": "email, password, base_url and url_template in the secret",
    "collect": "base_url, op_id, op_password and database in the secret",
}


def said(account: Account, error: type[DeliveryError]) -> str:
    with pytest.raises(error) as raised:
        account.crm.check()
    return raised.value.reason


def test_a_wrong_password_names_what_to_look_at(account: Account) -> None:
    account.simulator.switch[account.terms.switch] = "changed"
    assert NAMES[account.name] in said(account, Misconfigured)


def test_a_web_site_is_no_crm(account: Account) -> None:
    account.simulator.fail_next(
        status=200, times=99, body="<title>Welcome to Acme</title>", content_type="text/html"
    )
    reason = said(account, Retryable)
    assert "the answer is a web page" in reason
    assert "Welcome to Acme" in reason


def test_a_redirect_says_where_to(account: Account) -> None:
    there = "https://crm.example.com/signin"
    account.simulator.fail_next(status=301, times=99, headers={"Location": there})
    assert there in said(account, Misconfigured)


def test_who_is_not_there_is_told_in_the_system_s_words(account: Account) -> None:
    account.connect({**account.store.kept, "base_url": "http://127.0.0.1:9"})
    assert "refused" in said(account, Retryable)


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_settings_with_holes_are_read(account: Account) -> None:
    settings = {"departments": [None], "leadSources": None, "users": [{"UserId": None}, None]}
    body = json.dumps({"status": 0, "message": "success"} | settings)
    account.simulator.fail_next(status=200, body=body, operation="getSettingsData")
    options = account.options(department="Sales", userid=20, owner="alex")
    assert [one.key for one in account.crm.advise("form", options)] == ["owner"]


@pytest.mark.parametrize("account", ["centia"], indirect=True)
def test_a_list_that_nobody_shows_keeps_nothing_else_from_being_checked(account: Account) -> None:
    refused: dict[str, Any] = {"status": 403, "body": '{"success": false, "error": "No access"}'}
    account.simulator.fail_next(operation="Profiles.GetStages", times=9, **refused)
    options = account.options(also="opportunity", user_id=99, stage_id=1)
    assert "user_id" in [one.key for one in account.crm.advise("form", options)]
