"""What Initiative keeps is what it was sent: cut, changed, untyped, in another zone's time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm.initiative import kept
from leadrelay.crm.initiative.event import event
from leadrelay.crm.initiative.fields import Field, Module
from leadrelay.crm.initiative.wire import zone_by
from leadrelay.errors import DeliveryError, Unknown
from leadrelay.lead import Call
from leadrelay.narrator.note import sentence
from leadrelay.narrator.style import Style
from tests.crm.contract import LETTER, RESUME, Account, again, fresh_steps
from tests.crm.contract import make_lead as made_lead
from tests.crm.vtiger import FIELDS, OPTIONS, TYPES, Server, bad, call_lead, create, crm, good, lead

initiative = pytest.mark.parametrize("account", ["initiative"], indirect=True)
MESSAGE = "I have a budget, a boat, " * 6 + "and no time."


def stored(account: Account, record_id: str) -> dict[str, str]:
    found: dict[str, str] = account.crm.api.call("retrieve", id=record_id)
    return found


# -- texts ----------------------------------------------------------------------------------------


@initiative
def test_signs_that_the_database_can_not_keep_are_spelled(account: Account) -> None:
    lead = made_lead(last_name="𠮷田", message="Hello 😀\n<script>x</script>")
    record = stored(account, account.deliver(lead).record_id)
    assert record["lastname"] == "????田"
    assert record["description"] == (
        f"{sentence(lead, Style())}\n\nHello [grinning face]\n<script>x</script>\n\n"
        f"Last name: [U+20BB7]田\n\nReference: {lead.ref}"
    )


@initiative
def test_a_database_known_for_it_gets_them_spelled_at_once(account: Account) -> None:
    account.deliver(made_lead(message="😀"))
    before = account.simulator.requests
    record = stored(account, account.deliver(made_lead("form", 2, last_name="𠮷田")).record_id)
    assert account.simulator.requests - before == 2  # create, and our own retrieve
    assert record["lastname"] == "[U+20BB7]田"


@initiative
def test_nothing_is_written_twice_where_signs_are_kept(account: Account) -> None:
    account.simulator.switch["utf8mb3"] = False
    record = stored(account, account.deliver(made_lead(message="😀")).record_id)
    assert "😀" in record["description"]
    assert account.made == ["create:Leads"]


@initiative
def test_a_create_in_doubt_is_mended_too(account: Account) -> None:
    account.fail(times=1, reset=True, after_saving=True)
    lead, steps = made_lead(last_name="Bo😀", message="😀"), fresh_steps()
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps)
    receipt = account.deliver(lead, again(steps, lost.value))
    assert account.made.count("create:Leads") == 1
    description = stored(account, receipt.record_id)["description"]
    assert "\n\n[grinning face]\n\nLast name: Bo[grinning face]\n\n" in description


@pytest.mark.parametrize("template", ["{message}", "{extra.budget}: {message}"])
def test_a_field_of_unknown_length_never_is_the_only_place(template: str) -> None:
    server = Server()
    server.fields["Leads"] = FIELDS["Leads"] + " cf_short"
    options = OPTIONS.model_copy(update={"fields": {"cf_short": template}})
    one = lead(last_name="Doe", message=MESSAGE, extra={"budget": "5k"})
    record = server.made[create(crm(server), one, options)]
    assert MESSAGE in record["description"]


def test_what_create_s_answer_lacks_is_put_into_the_note() -> None:
    server = Server()

    def cut(params: dict[str, str]) -> httpx.Response:
        server.create(params)
        server.made["10x1"]["city"] = "Llanf"
        return good({**server.made["10x1"], "id": "10x1"})

    server.answers["create"] = [cut]
    create(crm(server), lead(last_name="Doe", city="Llanfairpwll", message="Hi"))
    description = server.made["10x1"]["description"]
    assert description.endswith("\n\nHi\n\nCity: Llanfairpwll\n\nReference: LR-7Q2KX9BD")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("boolean", "yes"), ("integer", "10-50"), ("date", "03/02/2026"), ("currency", "1,000")],
)
def test_what_a_visitor_writes_into_a_typed_field_refuses_no_lead(
    kind: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setitem(TYPES, "cf_typed", {"name": kind})
    server.fields["Leads"] = FIELDS["Leads"] + " cf_typed"
    options = OPTIONS.model_copy(update={"fields": {"cf_typed": "{extra.answer}"}})
    record = server.made[
        create(crm(server), lead(last_name="Doe", extra={"answer": value}), options)
    ]
    assert "cf_typed" not in record
    assert f"Cf typed: {value}" in record["description"]
    assert f"Answer: {value}" in record["description"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_sign_of_four_bytes_is_left_and_no_other_is_touched(text: str) -> None:
    short = "".join(sign for sign in text if ord(sign) < 0x10000)
    assert max(kept.spelled(text), default="") < "\U00010000"
    assert kept.spelled(short) == short


def test_what_people_wrote_into_a_description_stays() -> None:
    module = Module("Leads", {name: Field("string") for name in ("city", "description")})
    one = lead(message="Hi")
    sent = {"city": "Rome", "description": "Hi\n\nReference: LR-7Q2KX9BD"}
    now = {"city": "Ro", "description": "Hi\n\nReference: LR-7Q2KX9BD\nRang her, K."}
    text = kept.description(one, Style(), module, sent, now)
    assert text == "Hi\n\nCity: Rome\n\nReference: LR-7Q2KX9BD\nRang her, K."
    assert kept.description(one, Style(), module, sent, now | {"description": text}) == text


# -- times ----------------------------------------------------------------------------------------


def test_a_call_across_the_change_of_summer_time_ends_when_it_ended() -> None:
    names = ["date_start", "time_start", "due_date", "time_end", "description"]
    module = Module("Events", {name: Field("string") for name in names})
    began = datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC)
    one = lead(kind="call", call=Call(started_at=began, duration=75))
    made = event(one, module, {}, "19x1", ZoneInfo("Europe/Paris"), Style())
    assert (made["time_start"], made["time_end"]) == ("01:59:58", "03:01:13")


@pytest.mark.parametrize("hours", [0, 2, -9.5, 5.75])
@initiative
def test_an_event_s_times_are_the_server_s(account: Account, hours: float) -> None:
    account.simulator.switch["hours_ahead"] = hours
    known = made_lead("form", 1)
    person = account.deliver(known)
    account.connect(account.store.kept)  # nothing is known of the server's clock yet
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    call = Call(id="CA1", state="completed", caller=known.phone, started_at=moment, duration=60)
    for number in (2, 3):
        assert account.deliver(made_lead("call", number, call=call)).record_id == person.record_id
    events = account.crm.api.call("query", query="SELECT * FROM Events ORDER BY id;")
    shown = f"{moment + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"
    assert [f"{one['date_start']} {one['time_start']}" for one in events] == [shown, shown]
    assert account.made.count("update:Events") == (hours != 0)


@pytest.mark.parametrize("shown", ["", "yesterday", "2026-03-02 12:07:30", "2026-03-05 12:00:00"])
def test_what_is_no_clock_s_answer_tells_no_zone(shown: str) -> None:
    assert zone_by(shown, datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) is None


# -- a call's event, files, the description -------------------------------------------------------


def test_a_call_whose_event_a_colleague_hid_ends_in_another() -> None:
    server, adapter, progress = Server(), None, fresh_steps()
    ringing = call_lead()
    ringing = ringing.model_copy(update={"call": Call(caller="+442079460018", state="ringing")})
    adapter = crm(server)
    adapter.create(ringing, OPTIONS, progress, lambda _: b"")
    server.answers["retrieve"] = [bad("ACCESS_DENIED")]
    for _ in range(2):
        adapter.create(call_lead(), OPTIONS, progress, lambda _: b"")
    events = [one for one in server.made.values() if "eventstatus" in one]
    assert [one["eventstatus"] for one in events] == ["Planned", "Not Held"]


@initiative
def test_a_late_resume_is_not_taken_for_the_letter(account: Account) -> None:
    lead = made_lead("resume", 4, resume=None, attachments=(LETTER,))
    steps = fresh_steps()
    account.deliver(lead, steps)
    account.simulator.fail_next(operation="create", times=1, reset=True)
    lead = lead.model_copy(update={"resume": RESUME})
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps)
    account.deliver(lead, again(steps, lost.value))
    assert account.files == sorted(file.sha256 for file in (RESUME, LETTER))


@pytest.mark.parametrize(
    ("description", "is_ours"),
    [
        ("Hi\n\nReference: LR-7Q2KX9BD\n\nSee also Reference: LR-AAAAAAAA", True),
        ("Hi\n\nReference: LR-7Q2KX9BD\nReference: LR-AAAAAAAA", True),
        ("They had written:\nReference: LR-7Q2KX9BD\n\nReference: LR-AAAAAAAA", False),
        ("Something else altogether", False),
    ],
)
def test_a_record_is_found_though_people_wrote_below_its_reference(
    description: str, *, is_ours: bool
) -> None:
    server = Server()
    server.answers["query"] = [good([{"description": description, "id": "10x1"}]), good([])]
    found = crm(server).find(lead(message="Hi"), OPTIONS)
    assert (found is not None) is is_ours


def test_a_lead_that_was_converted_is_found_as_a_contact() -> None:
    server = Server()
    contact = {"description": "Hi\n\nReference: LR-7Q2KX9BD", "id": "12x1"}
    server.answers["query"] = [good([]), good([contact])]
    found = crm(server).find(lead(message="Hi"), OPTIONS)
    assert found
    assert found.record_id == "12x1"


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (bad("ACCESS_DENIED"), False),
        (httpx.Response(400, text="Request blocked"), True),
    ],
)
def test_only_a_missing_right_means_that_no_contact_is_there(
    answer: httpx.Response, *, refused: bool
) -> None:
    """Something on the way may take offence at one question, and the lead's contact be there."""
    server = Server()
    server.answers["query"] = [good([]), answer]
    if refused:
        with pytest.raises(DeliveryError):
            crm(server).find(lead(message="Hi"), OPTIONS)
    else:
        assert crm(server).find(lead(message="Hi"), OPTIONS) is None
