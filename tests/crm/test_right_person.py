"""Whose record a lead reaches: its own person's, and nobody else's."""

from typing import Any

import pytest

from leadrelay.crm.base import Receipt
from leadrelay.errors import Unknown
from leadrelay.lead import Call, Lead
from tests.crm.contract import Account, again, fresh_steps, make_lead, texts

of_collect = pytest.mark.parametrize("account", ["collect"], indirect=True)
of_centia = pytest.mark.parametrize("account", ["centia"], indirect=True)
joining = pytest.mark.parametrize("options", [{"record": "contact_event"}])

JANE: dict[str, Any] = {"first_name": "Jane", "last_name": "Doe"}
PETER: dict[str, Any] = {"first_name": "Peter", "last_name": "Roe"}
SHARED = {"email": "info@example.com", "phone": "+12025550111"}
NO_NAME: dict[str, Any] = {"first_name": None, "last_name": None}


def call(number: int, caller: str = "+12025550111", **fields: Any) -> Lead:
    told = Call(id=f"CA{number}", state="completed", caller=caller, called="+442079460018")
    return make_lead("call", number, **{"call": told, **fields})


def words(account: Account) -> str:
    return "\n".join(text for record in account.simulator.records for text in texts(record.fields))


# -- nobody is nobody ---------------------------------------------------------------------------


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "unknown caller"])
@of_collect
def test_hidden_callers_are_not_one_caller(account: Account, caller: str) -> None:
    first = account.deliver(call(1, caller, **JANE))
    second = account.deliver(call(2, caller, **PETER))
    third = account.deliver(call(3, caller))
    assert len({first.record_id, second.record_id, third.record_id}) == 3


@of_collect
def test_what_is_no_number_and_no_address_stays_out_of_their_columns(account: Account) -> None:
    account.deliver(call(1, "anonymous", **JANE, email="n/a"))
    (record,) = account.ones
    assert not {"de_email", "de_cell_phone"} & record.fields.keys()
    assert "E-mail: n/a" in record.fields["de_noteblob"]
    assert "Incoming call from Jane Doe (anonymous)" in record.fields["de_noteblob"]


@pytest.mark.parametrize("email", ["none", "n/a", "noemail@example.com"])
@of_collect
@joining
def test_an_address_that_names_nobody_joins_nobody(
    account: Account, options: dict[str, Any], email: str
) -> None:
    for number, person in enumerate((JANE, PETER)):
        lead = make_lead("form", number, **person, email=email, phone=None)
        account.deliver(lead, options=account.options(**options))
    assert len(account.ones) == 2


# -- one sign is not a person -------------------------------------------------------------------


@pytest.mark.parametrize("shared", [{"email": SHARED["email"]}, {"phone": SHARED["phone"]}])
@of_collect
@joining
def test_another_name_under_one_address_or_number_is_another_debtor(
    account: Account, options: dict[str, Any], shared: dict[str, str]
) -> None:
    for number, person in enumerate((JANE, PETER)):
        lead = make_lead("form", number, **person, **{"email": None, "phone": None} | shared)
        account.deliver(lead, options=account.options(**options))
    assert len(account.ones) == 2


@of_collect
@joining
def test_how_a_couple_is_addressed_tells_two_debtors_though_a_name_has_no_title(
    account: Account, options: dict[str, Any]
) -> None:
    for number, name in enumerate(("Mrs Doe", "Mr Doe")):
        lead = make_lead("form", number, **NO_NAME, full_name=name, **SHARED)
        account.deliver(lead, options=account.options(**options))
    assert [one.fields["de_name"] for one in account.ones] == ["Doe", "Doe"]


@of_collect
@joining
def test_the_same_person_is_told_on_their_newest_account(
    account: Account, options: dict[str, Any]
) -> None:
    options = account.options(**options)
    account.deliver(make_lead("form", 1, **JANE, **SHARED))
    newest = account.deliver(make_lead("form", 2, **JANE, **SHARED))
    account.deliver(make_lead("form", 3, **PETER, **SHARED))
    again_ = make_lead("form", 4, first_name="JANE", last_name="Doé", **SHARED)
    receipt = account.deliver(again_, options=options)
    assert (receipt.record_id, receipt.created) == (newest.record_id, False)
    assert account.crm.find(again_, options)


@of_collect
def test_a_caller_is_known_by_name_where_a_number_is_shared(account: Account) -> None:
    jane = account.deliver(make_lead("form", 1, **JANE, **SHARED))
    peter = account.deliver(make_lead("form", 2, **PETER, **SHARED))
    assert account.deliver(call(3, **JANE)).record_id == jane.record_id
    assert account.deliver(call(4, **PETER)).record_id == peter.record_id
    nameless = account.deliver(call(5))
    assert nameless.created
    assert account.deliver(call(6)).record_id == nameless.record_id
    assert account.deliver(call(7, first_name="Max", last_name="Moe")).created


@of_collect
def test_a_nameless_caller_of_one_person_s_number_is_that_person(account: Account) -> None:
    jane = account.deliver(make_lead("form", 1, **JANE, **SHARED))
    assert account.deliver(call(2)).record_id == jane.record_id


@joining
@of_collect
def test_who_gives_a_name_joins_no_account_without_one(
    account: Account, options: dict[str, Any]
) -> None:
    nameless = account.deliver(call(1, **NO_NAME, email=None, phone=None))
    jane = account.deliver(
        make_lead("form", 2, **JANE, **SHARED), options=account.options(**options)
    )
    assert jane.created
    assert jane.record_id != nameless.record_id


@pytest.mark.parametrize("account", ["trackerrms", "initiative", "collect"], indirect=True)
def test_two_of_a_family_do_not_meet_at_a_record_without_a_name(account: Account) -> None:
    no_other: dict[str, Any] = {"email": None, "phone": None}
    callers: tuple[dict[str, Any], ...] = (
        NO_NAME,
        JANE,
        {"first_name": "Peter", "last_name": "Doe"},
    )
    found = [account.deliver(call(n, **who, **no_other)) for n, who in enumerate(callers)]
    assert len({one.record_id for one in found}) == 3


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_a_family_that_shares_a_number_is_shown(account: Account) -> None:
    account.simulator.switch["details"] = "object"
    options = account.options(record="contact")
    account.deliver(make_lead("form", 1, **JANE, **SHARED), options=options)
    alone = account.crm.caller(SHARED["phone"])
    peter: dict[str, Any] = {"first_name": "Peter", "last_name": "Doe", "phone": SHARED["phone"]}
    account.deliver(make_lead("form", 2, **peter), options=options)
    shared = account.crm.caller(SHARED["phone"])
    assert alone
    assert shared
    assert (alone.name, set(shared.name.split(" / "))) == ("Jane Doe", {"Jane Doe", "Peter Doe"})
    assert (bool(alone.link), bool(shared.link)) == (True, False)


@pytest.mark.parametrize("account", ["initiative", "centia", "collect"], indirect=True)
def test_whoever_shares_a_number_is_shown(account: Account) -> None:
    for number, person in enumerate((JANE, PETER, JANE)):
        account.deliver(make_lead("form", number, **person, **SHARED))
    found = account.crm.caller("+12025550111")
    assert found
    assert set(found.name.split(" / ")) == {"Jane Doe", "Peter Roe"}
    assert account.crm.caller("anonymous") is None


# -- only our reference proves our write --------------------------------------------------------

of_ours = pytest.mark.parametrize("account", ["centia", "collect"], indirect=True)


@of_ours
def test_a_refusal_that_hides_a_write_is_seen_through(account: Account) -> None:
    account.fail(times=1, refuse="Something went wrong", after_saving=True)
    receipt = account.deliver(make_lead())
    assert [one.id for one in account.ones] == [receipt.record_id]


@of_ours
def test_a_lead_of_the_same_person_meanwhile_is_not_taken_for_our_write(account: Account) -> None:
    lead, steps = make_lead("form", 2, **JANE, **SHARED, message="SECOND"), fresh_steps()
    account.fail(times=1, reset=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps)
    account.deliver(make_lead("form", 1, **JANE, **SHARED, message="FIRST"))
    account.deliver(lead, again(steps, lost.value))
    assert {"SECOND", lead.ref} <= set(words(account).split())


def typed_in(account: Account, name: str, surname: str, email: str) -> None:
    """By a colleague."""
    ids = {"company_id": 70, "origin_id": 3}
    account.crm.api.call("Contacts.CreateContact", name=name, surname=surname, email=email, **ids)


def after_a_cut_off_attempt(account: Account, lead: Lead, **options: Any) -> Receipt | None:
    steps, chosen = fresh_steps(), account.options(**options)
    account.fail(times=1, reset=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, chosen)
    return account.deliver_or_leave_to_a_person(lead, again(steps, lost.value), chosen)


@of_centia
@pytest.mark.parametrize("shows_remarks", [True, False])
def test_a_contact_typed_in_is_not_taken_for_our_write(
    account: Account,
    shows_remarks: bool,  # noqa: FBT001  # a case
) -> None:
    typed_in(account, "Jane", "Doe", SHARED["email"])
    if shows_remarks:
        account.deliver(make_lead("form", 1))
    lead = make_lead("form", 2, **JANE, **SHARED, message="SECOND")
    receipt = after_a_cut_off_attempt(account, lead, also="nothing")
    assert bool(receipt) == shows_remarks == (lead.ref in words(account))


@of_centia
def test_an_address_that_names_nobody_proves_no_write(account: Account) -> None:
    typed_in(account, "Peter", "Roe", "n/a")
    lead = make_lead("form", 2, **JANE, email="n/a", phone=None, message="SECOND")
    assert after_a_cut_off_attempt(account, lead)
    assert {"SECOND", lead.ref} <= set(words(account).split())


# -- nothing is lost to a column ----------------------------------------------------------------


@of_collect
def test_a_value_that_is_refused_costs_no_lead(account: Account) -> None:
    account.fail(times=1, refuse="de_zip must be numeric")
    lead = make_lead(postal_code="SW1A 1AA")
    receipt = account.deliver(lead, options=account.options(values={"de_user_2": "{city}"}))
    assert receipt.created
    (record,) = account.ones
    assert (record.fields["de_name"], "de_zip" in record.fields) == ("Quillfeather, Jane-0", False)
    assert len(account.files) == 1


@of_collect
def test_it_costs_nothing_either_if_the_second_answer_is_lost(account: Account) -> None:
    account.fail(times=1, refuse="de_zip must be numeric")
    account.fail(times=1, reset=True, after_saving=True)
    lead, steps = make_lead(postal_code="SW1A 1AA"), fresh_steps()
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps)
    account.deliver(lead, again(steps, lost.value))
    assert len(account.ones) == len(account.files) == 1


@of_collect
def test_what_the_database_cuts_is_in_a_file(account: Account) -> None:
    account.simulator.switch["too_long"] = "cut"
    lead, steps = make_lead(city="Llanfair" * 9), fresh_steps()
    options = account.options(limits={"de_city": 100})
    account.fail(times=1, after_saving=True, reset=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, options)
    account.deliver(lead, again(steps, lost.value), options)
    assert len(account.ones) == len(account.files) == 1
    account.simulator.violations.clear()  # the limit is wrong on purpose


# -- how a number and a call are told -----------------------------------------------------------


@of_collect
@pytest.mark.parametrize("stored", ["020 7946 0011", "02079460011", "+44 20 7946 0011"])
def test_a_number_is_known_as_it_is_written_in_its_country(account: Account, stored: str) -> None:
    jane = account.deliver(make_lead("form", 1, **JANE, email=None, phone=stored))
    caller = make_lead("call", 2, call=Call(id="CA2", state="completed", caller="+442079460011"))
    assert account.deliver(caller).record_id == jane.record_id


def test_our_own_number_is_nobody_s(account: Account) -> None:
    """Calls of ours to ends that no number tells."""
    for number in (1, 2):
        ours = Call(
            id=f"CA{number}", state="completed", caller="+442079460018", direction="outbound"
        )
        account.deliver(make_lead("call", number, **NO_NAME, email=None, phone=None, call=ours))
    assert len(account.ones) == 2
    assert all("2079460018" not in one.replace(" ", "") for one in phones(account))


def phones(account: Account) -> list[str]:
    """What stands in the fields for numbers of the records that leads became."""
    fields = [one.fields | one.fields.get("lead", {}) for one in account.ones]
    wanted = ("phone", "mobile")
    return [str(v) for one in fields for k, v in one.items() if any(name in k for name in wanted)]
