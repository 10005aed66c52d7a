"""Initiative: what stands between leads and an account, said before the first lead."""

from typing import Any

import pytest

from leadrelay.lead import Kind
from tests.crm.vtiger import FIELDS, OPTIONS, TYPES, Server, bad, crm, good


def advised(server: Server, kind: Kind = "form", **options: Any) -> list[tuple[str, str]]:
    advice = crm(server).advise(kind, OPTIONS.model_copy(update=options))
    return [(one.key, one.text) for one in advice]


def keys(server: Server, kind: Kind = "form", **options: Any) -> list[str]:
    return [key for key, _ in advised(server, kind, **options)]


@pytest.mark.parametrize(
    ("module", "kind", "key"),
    [
        ("Leads", "form", "fields"),
        ("Events", "call", "event_fields"),
        ("Documents", "form", "document_fields"),
        ("Documents", "resume", "document_fields"),
    ],
)
def test_a_mandatory_field_of_each_module_that_leads_need(
    module: str, kind: Kind, key: str
) -> None:
    server = Server()
    server.fields[module] = FIELDS[module] + " cf_900"
    server.mandatory |= {"cf_900"}
    assert keys(server, kind) == [f"{key}.cf_900"]
    assert keys(server, kind, **{key: {"cf_900": "{city}"}}) == [f"{key}.cf_900"]
    assert keys(server, kind, **{key: {"cf_900": "{city|unknown}"}}) == []


def test_calls_need_no_documents_and_forms_no_events() -> None:
    server = Server()
    for module in ("Events", "Documents"):
        server.fields[module] = FIELDS[module] + f" cf_{module.lower()}"
        server.mandatory |= {f"cf_{module.lower()}"}
    assert keys(server, "call") == ["event_fields.cf_events"]
    assert keys(server, "form") == ["document_fields.cf_documents"]


@pytest.mark.parametrize("field", ["phone", "email", "website", "lane"])
def test_a_field_that_a_lead_may_lack_is_named_though_it_has_a_place(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setitem(TYPES, field, {"name": "phone"})
    server.mandatory |= {field}
    assert keys(server) == [f"fields.{field}"]
    assert keys(server, fields={field: "{phone|unknown}"}) == []


@pytest.mark.parametrize("field", ["city", "state", "code", "designation"])
def test_a_text_that_would_get_somebody_s_name_instead_is_named(field: str) -> None:
    server = Server()
    server.mandatory |= {field, "firstname", "company"}
    assert keys(server) == [f"fields.{field}"]


def test_what_the_user_may_not_do_or_see() -> None:
    server = Server()
    server.rights = {"Leads": {"createable": False}}
    server.hidden = {"Leads.description"}
    texts = [text for _, text in advised(server)]
    assert "may not create Leads" in texts[0]
    assert "may not see Leads.description" in texts[1]
    server.answers["describe"] = [good(server.shape("Leads")), bad("ACCESS_DENIED")]
    assert "may not see Documents" in advised(server)[-1][1]


def test_an_owner_who_is_nobody() -> None:
    server = Server()
    server.made |= {"19x1": {}, "20x2": {}}
    assert keys(server, assigned_user_id="20x2") == []
    assert keys(server, assigned_user_id="19x999") == ["assigned_user_id"]
    del server.made["19x1"]  # who may not see users can't tell
    assert keys(server, assigned_user_id="19x999") == []
