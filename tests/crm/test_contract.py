"""What Leadrelay promises of every CRM, held to each adapter over a real connection."""

import logging
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from leadrelay.crms import CRMS
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown
from leadrelay.lead import Kind
from tests.crm.contract import (
    MESSAGE,
    Account,
    BrokenWire,
    again,
    crashing_steps,
    fresh_steps,
    make_lead,
)
from tests.crm.terms import KINDS, TERMS, THREADS

every_kind = pytest.mark.parametrize("kind", KINDS)
under_every_setting = pytest.mark.parametrize(
    ("account", "setting"),
    [(name, setting) for name, terms in TERMS.items() for setting in terms.silent],
    indirect=["account"],
    ids=str,
)


def test_every_crm_is_held_to_the_contract() -> None:
    assert TERMS.keys() == CRMS.keys()


# -- one record ---------------------------------------------------------------------------------


@every_kind
def test_a_lead_becomes_one_record(account: Account, kind: Kind) -> None:
    receipt = account.deliver(make_lead(kind))
    assert account.made == account.terms.makes[kind]
    assert [one.id for one in account.ones] == [receipt.record_id]
    assert receipt.created


@every_kind
def test_a_record_is_found_by_the_reference_of_its_lead_only(account: Account, kind: Kind) -> None:
    account.deliver(make_lead(kind, 1))
    receipt = account.deliver(make_lead(kind, 2))
    found = account.crm.find(make_lead(kind, 2), account.options())
    assert found
    assert (found.record_id, found.created) == (receipt.record_id, False)
    assert account.crm.find(make_lead(kind, 3), account.options()) is None


@under_every_setting
@every_kind
def test_a_lead_is_there_once_whatever_the_documentation_leaves_open(
    account: Account, kind: Kind, setting: dict[str, Any]
) -> None:
    account.simulator.switch |= setting
    lead = make_lead(kind)
    steps, steps_after_the_crash = crashing_steps()
    receipt = account.deliver(lead, steps)
    writes = account.writes
    found = account.deliver_or_leave_to_a_person(lead, steps_after_the_crash())
    assert found is None or found.record_id == receipt.record_id
    assert [one.id for one in account.ones] == [receipt.record_id]
    assert account.writes == writes
    account.fail(refuse="Not this one.")
    with pytest.raises(Refused) as refused:
        account.deliver(make_lead("form", 2))
    assert "Not this one." in refused.value.words


# -- what an answer means -----------------------------------------------------------------------

HTML = "<!doctype html><title>Sign in</title><p>Please sign in."
JUDGED: dict[str, tuple[dict[str, Any], type[DeliveryError]]] = {
    "500": ({"status": 500}, Unknown),
    "502": ({"status": 502, "body": HTML, "content_type": "text/html"}, Unknown),
    "503": ({"status": 503}, Retryable),
    "504": ({"status": 504}, Unknown),
    "429": ({"status": 429}, Retryable),
    "408": ({"status": 408}, Retryable),
    "400": ({"status": 400}, Refused),
    "413": ({"status": 413}, Refused),
    "401": ({"status": 401}, Misconfigured),
    "403": ({"status": 403}, Misconfigured),
    "a redirect": ({"status": 302, "headers": {"Location": "/login"}}, Misconfigured),
    "half an answer": ({"status": 200, "body": '{"status": 0, "succ'}, Unknown),
    "another object": ({"status": 200, "body": '{"hello": "world"}'}, Unknown),
    "no object": ({"status": 200, "body": "[]"}, Unknown),
    "an HTML page": ({"status": 200, "body": HTML, "content_type": "text/html"}, Unknown),
    "nothing": ({"status": 200}, Unknown),
    "a reset": ({"reset": True}, Unknown),
    "a refusal": ({"refuse": "Duplicate of Jane Quillfeather"}, Refused),
}


@pytest.mark.parametrize(("fault", "error"), JUDGED.values(), ids=JUDGED)
def test_an_answer_to_a_write_decides_what_happens_next(
    account: Account, fault: dict[str, Any], error: type[DeliveryError]
) -> None:
    account.fail(**fault)
    with pytest.raises(error) as raised:
        account.deliver(make_lead())
    assert type(raised.value) in {error, *error.__subclasses__()}
    assert account.ones == []


def test_not_found_is_about_the_set_up_where_records_are_made(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    account.fail(status=404)
    with pytest.raises(Misconfigured):
        account.deliver(make_lead("form", 2))


def test_a_busy_crm_says_when_to_come_back(account: Account) -> None:
    account.fail(status=429, headers={"Retry-After": "7"})
    with pytest.raises(Retryable) as raised:
        account.deliver(make_lead())
    assert (raised.value.after, raised.value.throttled) == (7.0, True)


def test_a_crm_under_maintenance_says_when_to_come_back(account: Account) -> None:
    account.fail(status=503, headers={"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"})
    with pytest.raises(Retryable) as raised:
        account.deliver(make_lead())
    assert (raised.value.after, raised.value.throttled) == (0.0, False)


def test_a_refusal_keeps_the_words_of_the_crm_apart(account: Account) -> None:
    account.fail(refuse="jane0@example.com is a duplicate.")
    with pytest.raises(Refused) as raised:
        account.deliver(make_lead())
    assert "jane0@example.com is a duplicate." in raised.value.words
    assert "jane0" not in str(raised.value)


def test_a_slow_answer_is_unknown(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    account.fail(delay=2, status=503)
    account.client.timeout = httpx.Timeout(5, read=0.8)
    with pytest.raises(Unknown):
        account.deliver(make_lead("form", 2))


def test_a_crm_that_is_not_there_is_tried_again(account: Account) -> None:
    with socket.socket() as nobody:  # bound, but it doesn't listen
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        account.connect({**account.store.kept, "base_url": url})
        with pytest.raises(Retryable):
            account.deliver(make_lead())


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 200, "body": HTML}, {"reset": True}])
def test_a_login_that_fails_leaves_nothing_in_doubt(
    account: Account, fault: dict[str, Any]
) -> None:
    account.connect_with_sessions()
    account.fail(operation=account.terms.login, **fault)
    with pytest.raises(Retryable):
        account.deliver(make_lead())
    assert account.ones == []


# -- connections, sessions, passwords -----------------------------------------------------------


def test_a_warm_plain_lead_is_a_call_a_record_on_the_connection_that_is_open(
    account: Account,
) -> None:
    account.connect_with_sessions()
    account.deliver(make_lead("form", 1))
    before = account.simulator.requests
    for number in range(2, 12):
        account.deliver(make_lead("form", number))
    assert account.simulator.requests - before == 10 * len(account.terms.makes["form"])
    assert len(account.simulator.connections) == 1
    assert account.simulator.logins == 1


def test_an_expired_session_costs_one_login_and_no_lead(account: Account) -> None:
    account.connect_with_sessions()
    account.deliver(make_lead("form", 1))
    account.terms.expire(account.simulator)
    account.deliver(make_lead("form", 2))
    assert account.simulator.logins == 2
    assert len(account.ones) == 2


def test_threads_share_the_login_that_an_expired_session_needs(account: Account) -> None:
    account.connect_with_sessions()
    account.deliver(make_lead("form", 0))
    account.terms.expire(account.simulator)
    with ThreadPoolExecutor(THREADS) as threads:
        leads = [make_lead("form", number) for number in range(1, THREADS + 1)]
        receipts = list(threads.map(account.deliver, leads))
    assert account.simulator.logins - 1 <= account.terms.logins_after_expiry
    assert {one.id for one in account.ones} >= {receipt.record_id for receipt in receipts}
    assert len({receipt.record_id for receipt in receipts}) == THREADS == len(account.ones) - 1


@under_every_setting
def test_a_wrong_password_pauses_the_crm_after_one_look_for_a_new_one(
    account: Account, setting: dict[str, Any]
) -> None:
    account.simulator.switch |= {**setting, account.terms.switch: "another"}
    with pytest.raises(Misconfigured):
        account.deliver(make_lead())
    assert account.store.asked_afresh == 1
    assert account.ones == []
    with pytest.raises(Misconfigured):
        account.crm.check()


@pytest.mark.parametrize("account", ["trackerrms", "initiative", "centia"], indirect=True)
def test_a_user_who_is_not_active_pauses_the_crm(account: Account) -> None:
    account.simulator.switch["active"] = False
    with pytest.raises(Misconfigured):
        account.deliver(make_lead())


@pytest.mark.parametrize("warm", [False, True])
def test_a_password_that_was_changed_works_without_a_restart(account: Account, warm: bool) -> None:  # noqa: FBT001  # a case
    if warm:
        account.deliver(make_lead("form", 1))
    else:
        account.store.read(False)
    account.terms.expire(account.simulator)
    account.simulator.switch[account.terms.switch] = "rotated-password"
    account.store.kept = {**account.store.kept, account.terms.password: "rotated-password"}
    account.deliver(make_lead("form", 2))
    assert account.store.asked_afresh == 1
    assert len(account.ones) == 1 + warm


def test_a_check_says_who_and_where_and_no_secret(account: Account) -> None:
    who, hidden = {"username", "email", "op_id"}, {account.terms.password}
    line = account.crm.check()
    assert [name for name in who & account.store.kept.keys() if account.store.kept[name] in line]
    assert [name for name in hidden if account.store.kept[name] in line] == []


# -- in doubt -----------------------------------------------------------------------------------

LOST: list[tuple[Kind, dict[str, Any]]] = [
    *((kind, {"reset": True}) for kind in KINDS),
    ("form", {"status": 500}),
    ("form", {"status": 504}),
    ("form", {"status": 200, "body": HTML}),
    ("form", {"status": 200}),
]


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize(("kind", "fault"), LOST)
def test_after_a_lost_answer_there_is_one_record(
    account: Account,
    kind: Kind,
    saved: bool,  # noqa: FBT001  # a case
    fault: dict[str, Any],
) -> None:
    lead, steps = make_lead(kind), fresh_steps()
    account.fail(kind, times=1, after_saving=saved, **fault)
    with pytest.raises(Unknown) as unknown:
        account.deliver(lead, steps)
    assert len(account.ones) == saved
    receipt = account.deliver_or_leave_to_a_person(lead, again(steps, unknown.value))
    assert len(account.ones) == 1
    if receipt:
        assert [one.id for one in account.ones] == [receipt.record_id]
        assert account.made == account.terms.makes[kind]
    else:  # nothing tells whether a candidate has this résumé
        assert (account.name, kind, saved) == ("trackerrms", "resume", True)


def test_after_a_timeout_the_record_that_was_saved_is_adopted(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    lead, steps = make_lead("form", 2), fresh_steps()
    account.fail(times=1, delay=2, after_saving=True)
    account.client.timeout = httpx.Timeout(5, read=0.8)
    with pytest.raises(Unknown) as unknown:
        account.deliver(lead, steps)
    account.client.timeout = httpx.Timeout(5)
    receipt = account.deliver(lead, again(steps, unknown.value))
    assert [one.id for one in account.ones][1:] == [receipt.record_id]


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
@pytest.mark.parametrize("setting", [{"rotate_refresh_tokens": True}, {"token_lifetime": 30}])
def test_tokens_may_be_rotated_or_short_lived(account: Account, setting: dict[str, Any]) -> None:
    account.simulator.switch |= setting
    account.connect_with_sessions()
    for number in range(3):
        account.terms.expire(account.simulator)
        account.deliver(make_lead("form", number))
    account.connect(account.store.kept)
    account.deliver(make_lead("form", 3))
    assert len(account.ones) == 4


@every_kind
@pytest.mark.parametrize("answered", [False, True])
def test_a_break_at_any_step_does_no_step_twice(
    account: Account,
    kind: Kind,
    answered: bool,  # noqa: FBT001  # a case
) -> None:
    """The wire breaks at the first request of a delivery, of another at its second, and so on."""
    options = account.options(**account.terms.every_step)
    account.deliver(make_lead(kind, 0), options=options)
    whole, files = account.writes, account.files
    struck, number = True, 0
    while struck:
        number += 1
        account.simulator.records.clear()
        lead, steps = make_lead(kind, number), fresh_steps()
        wire = BrokenWire(account.client, number, answered=answered)
        try:
            account.deliver(lead, steps, options)
        except (Retryable, Unknown) as error:
            account.client.event_hooks = {}
            account.deliver_or_leave_to_a_person(lead, again(steps, error), options)
        struck = wire.struck
        assert len(account.ones) == 1
        assert not account.writes - whole
        assert not Counter(account.files) - Counter(files)
        if not answered:
            assert (account.writes, account.files) == (whole, files)
    assert number > 1


# -- what must not get out ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [{"refuse": f"{MESSAGE} jane0@example.com"}, {"status": 500, "body": MESSAGE}]
)
@every_kind
def test_no_secret_and_nothing_of_the_lead_is_logged_or_told(
    account: Account, kind: Kind, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    account.connect_with_sessions()
    hidden = ["jane0", "Jane-0", "Quillfeather", "arbour", "2025550100", "Jane Doe"]
    hidden += [str(value) for name, value in account.store.kept.items() if name != "base_url"]
    with caplog.at_level(logging.DEBUG):
        account.deliver(make_lead(kind, 1))
        account.simulator.fail_next(times=99, **fault)
        with pytest.raises(DeliveryError) as raised:
            account.deliver(make_lead(kind))
    told = [record.getMessage() for record in caplog.records if _is_ours(record)]
    error: BaseException | None = raised.value
    while error:
        told += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    assert [text for text in told for value in hidden if len(value) > 4 and value in text] == []


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in {"leadrelay", "root"}
