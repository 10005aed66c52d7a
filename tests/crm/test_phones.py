"""A mobile's number and a landline's have fields of their own, where it tells which it is."""

from typing import Any

import pytest

from leadrelay.crm.phones import line
from tests.crm.contract import Account, make_lead

MOBILE, LANDLINE, EITHER = "+33612345678", "+442079460958", "+12025550199"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (MOBILE, "mobile"),
        (LANDLINE, "landline"),
        (EITHER, ""),
        ("020 7946 0958", ""),
        ("+", ""),
        ("+4", ""),
        ("sip:204@pbx.example.com", ""),
        ("", ""),
    ],
)
def test_a_number_tells_its_line_by_the_plan_of_its_country(number: str, kind: str) -> None:
    assert line(number) == kind


FIELDS: list[tuple[str, str, dict[str, Any], dict[str, str]]] = [
    ("trackerrms", MOBILE, {}, {"cellphone": MOBILE, "businessphone": ""}),
    ("trackerrms", LANDLINE, {}, {"cellphone": "", "businessphone": LANDLINE}),
    ("trackerrms", EITHER, {}, {"cellphone": "", "businessphone": EITHER}),
    ("trackerrms", MOBILE, {"record": "contact"}, {"cellphone": MOBILE}),
    ("trackerrms", LANDLINE, {"record": "resource"}, {"cellphone": "", "homephone": LANDLINE}),
    ("trackerrms", EITHER, {"record": "resource"}, {"cellphone": EITHER, "homephone": ""}),
    ("initiative", MOBILE, {}, {"mobile": MOBILE, "phone": ""}),
    ("initiative", LANDLINE, {}, {"phone": LANDLINE, "mobile": ""}),
    ("initiative", EITHER, {"module": "Contacts"}, {"phone": EITHER, "mobile": ""}),
    ("initiative", MOBILE, {"module": "Contacts"}, {"phone": "", "mobile": MOBILE}),
    ("initiative", MOBILE, {"fields": {"phone": "{phone}"}}, {"phone": MOBILE}),
    ("centia", MOBILE, {}, {"phone_mobile": MOBILE}),
    ("centia", LANDLINE, {}, {"phone_office": LANDLINE}),
    ("centia", EITHER, {}, {"phone_mobile": EITHER}),
    ("collect", MOBILE, {}, {"de_cell_phone": MOBILE}),
    ("collect", LANDLINE, {}, {"de_home_phone": LANDLINE, "de_cell_phone": ""}),
    ("collect", LANDLINE, {"columns": {"phone": "de_work_phone"}}, {"de_work_phone": LANDLINE}),
]


@pytest.mark.parametrize(
    ("account", "number", "options", "wanted"), FIELDS, indirect=["account"], ids=str
)
def test_a_number_stands_in_the_field_of_its_line(
    account: Account, number: str, options: dict[str, Any], wanted: dict[str, str]
) -> None:
    receipt = account.deliver(make_lead(phone=number), options=account.options(**options))
    record = next(one for one in account.simulator.records if one.id == receipt.record_id)
    nodes = [one for one in record.fields.values() if isinstance(one, dict) and "email" in one]
    fields = nodes[0] if nodes else record.fields
    assert {name: fields.get(name, "") for name in wanted} == wanted
    assert receipt.created


@pytest.mark.parametrize("number", [MOBILE, LANDLINE])
def test_whoever_has_it_is_known_by_it_all_the_same(account: Account, number: str) -> None:
    account.deliver(make_lead(phone=number))
    caller = account.crm.caller(number)
    assert caller
    assert "Quillfeather" in caller.name
