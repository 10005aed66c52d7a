"""The operations of the webservice, as registered in vtiger 6.0's vtiger_ws_operation.

`retrieve_related` is of vtiger 7.0, and Initiative documents it.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Protocol

from leadrelay_sandbox.initiative import documents, errors
from leadrelay_sandbox.initiative.call import Call
from leadrelay_sandbox.initiative.entities import Entity
from leadrelay_sandbox.initiative.modules import MODULES
from leadrelay_sandbox.initiative.search import CAP, search
from leadrelay_sandbox.initiative.sessions import USER_ID, Sessions
from leadrelay_sandbox.initiative.store import Store


class Crm(Protocol):
    """What operations work on: the simulator."""

    lock: threading.RLock
    store: Store
    sessions: Sessions
    switch: dict[str, Any]
    logins: int

    def violation(self, text: str) -> None: ...
    def save(self, record_id: str, operation: str, values: dict[str, Any]) -> Any: ...


type Input = Mapping[str, str]


@dataclass(frozen=True)
class Operation:
    """`verb` decides where parameters are read from; no other verb is refused."""

    verb: Literal["GET", "POST"]
    run: Callable[[Crm, Call, Input], Any]
    parameters: frozenset[str] = frozenset()
    before_login: bool = False
    documented: bool = True
    """In Initiative's API REST 1.1; whether others are open there is not known."""


def _getchallenge(crm: Crm, _call: Call, given: Input) -> dict[str, Any]:
    return crm.sessions.challenge(given.get("username", ""))


def _login(crm: Crm, _call: Call, given: Input) -> dict[str, str]:
    session = crm.sessions.login(given.get("username", ""), given.get("accessKey", ""))
    with crm.lock:
        crm.logins += 1
    version = "VtigerVersion" if crm.switch["documented_login"] else "vtigerVersion"
    user = f"{crm.store.prefix(MODULES['Users'])}x{USER_ID}"
    return {"sessionName": session.name, "userId": user, "version": "0.22", version: "6.0.0"}


def _extendsession(crm: Crm, _call: Call, _given: Input) -> None:
    crm.violation("extendsession is for the web interface's cookie; there is no keep-alive")
    raise errors.WebServiceError("AUTHENTICATION_FAILURE", "Authencation Failed")


def _logout(crm: Crm, call: Call, _given: Input) -> dict[str, str]:
    crm.sessions.close(call.session)
    return {"message": "successfull"}


def _listtypes(crm: Crm, _call: Call, given: Input) -> dict[str, Any]:
    wanted = _json(given.get("fieldTypeList", ""))
    modules = [
        module
        for module in crm.store.modules()
        if not isinstance(wanted, list) or {f.type for f in module.fields.values()} & {*wanted}
    ]
    return {
        "types": [module.name for module in modules],
        "information": {
            m.name: {"isEntity": m.is_entity, "label": m.label, "singular": m.singular}
            for m in modules
        },
    }


def _describe(crm: Crm, _call: Call, given: Input) -> dict[str, Any]:
    module = crm.store.module(given.get("elementType", ""))
    return module.describe(crm.store.prefix(module), crm.store.visible())


def _retrieve(crm: Crm, _call: Call, given: Input) -> dict[str, str]:
    return crm.store.shown(crm.store.locate(given.get("id", "")))


def _query(crm: Crm, _call: Call, given: Input) -> list[dict[str, str]]:
    return search(crm.store, given.get("query", ""), crm.violation)


def _create(crm: Crm, call: Call, given: Input) -> dict[str, str]:
    name = given.get("elementType", "")
    if name not in crm.store.visible():
        raise errors.denied()
    module, element = crm.store.module(name), _element(crm, given)
    if name == "Documents":
        return _create_document(crm, call, given, element)
    if documents.PARAMETERS & given.keys():
        crm.violation(f"attachment parameters with {name}")
    entity = crm.store.create(module, element)
    crm.save(crm.store.id(entity), f"create:{name}", _kept(crm, entity))
    return crm.store.shown(entity)


def _create_document(crm: Crm, call: Call, given: Input, element: Any) -> dict[str, str]:
    initiative = crm.switch["initiative_attachments"]
    related_to = given.get("related_to", "") if initiative else ""
    related = _related_record(crm, related_to) if related_to else None
    file = documents.attached(call, element, crm.violation, initiative=initiative)
    entity = crm.store.create(crm.store.module("Documents"), element)
    if related:
        entity.related.add(related.number)
    if file:
        entity.values["filesize"] = str(len(file.content))
    kept = _kept(crm, entity) | (file.described() if file else {})
    if related:
        kept["related_to"] = related_to
    crm.save(crm.store.id(entity), "create:Documents", kept)
    return crm.store.shown(entity)


def _related_record(crm: Crm, ws_id: str) -> Entity:
    """What Initiative answers to a bad `related_to` isn't known; a bad reference's error it is."""
    try:
        return crm.store.locate(ws_id)
    except errors.WebServiceError as error:
        raise errors.bad_reference("related_to") from error


def _update(crm: Crm, _call: Call, given: Input) -> dict[str, str]:
    return _changed(crm, "update", crm.store.update(_element(crm, given)))


def _revise(crm: Crm, _call: Call, given: Input) -> dict[str, str]:
    return _changed(crm, "revise", crm.store.revise(_element(crm, given)))


def _changed(crm: Crm, how: str, entity: Entity) -> dict[str, str]:
    crm.save(crm.store.id(entity), f"{how}:{entity.module.name}", _kept(crm, entity))
    return crm.store.shown(entity)


def _delete(crm: Crm, _call: Call, given: Input) -> dict[str, str]:
    entity = crm.store.delete(given.get("id", ""))
    crm.save(crm.store.id(entity), f"delete:{entity.module.name}", {})
    return {"status": "successful"}


def _retrieve_related(crm: Crm, _call: Call, given: Input) -> list[dict[str, str]]:
    """At most 100, and no way to the others. The label is stock vtiger's or the module's name."""
    entity = crm.store.locate(given.get("id", ""))
    name, label = given.get("relatedType", ""), given.get("relatedLabel", "")
    if not label and not crm.switch["related_label_required"]:
        label = name
    stock = "Activities" if name == "Events" else name
    module = next((m for m in crm.store.modules() if m.name == name and m.is_entity), None)
    if module is None or label not in {name, stock}:
        raise errors.WebServiceError("UNKOWN_ENTITY", "Relation specified is incorrect")
    pointing = [f.name for f in module.fields.values() if entity.module.name in f.refers_to]
    number = str(entity.number)
    return [
        crm.store.shown(row)
        for row in crm.store.rows(module)
        if entity.number in row.related or any(row.values[f] == number for f in pointing)
    ][:CAP]


def _kept(crm: Crm, entity: Entity) -> dict[str, Any]:
    shown = crm.store.shown(entity, check_owner=False)
    return {name: value for name, value in shown.items() if name != "id"}


def _element(crm: Crm, given: Input) -> dict[str, Any]:
    """The JSON object in `element`; anything else counts as an empty one, without a word."""
    element = _json(given.get("element", ""))
    if not isinstance(element, dict):
        crm.violation("element is no JSON object")
        return {}
    return element


def _json(text: str) -> Any:
    """As PHP's json_decode: None for bad JSON, and for text that isn't UTF-8."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return None
    return value


def _get(run: Callable[[Crm, Call, Input], Any], *parameters: str) -> Operation:
    return Operation("GET", run, frozenset(parameters))


def _post(run: Callable[[Crm, Call, Input], Any], *parameters: str) -> Operation:
    return Operation("POST", run, frozenset(parameters))


OPERATIONS = MappingProxyType(
    {
        "getchallenge": Operation("GET", _getchallenge, frozenset({"username"}), before_login=True),
        "login": Operation("POST", _login, frozenset({"username", "accessKey"}), before_login=True),
        "listtypes": _get(_listtypes, "fieldTypeList"),
        "describe": _get(_describe, "elementType"),
        "retrieve": _get(_retrieve, "id"),
        "query": _get(_query, "query"),
        "retrieve_related": _get(_retrieve_related, "id", "relatedType", "relatedLabel"),
        "create": _post(_create, "elementType", "element", *documents.PARAMETERS),
        "update": _post(_update, "elementType", "element"),
        "revise": Operation("POST", _revise, frozenset({"element"}), documented=False),
        "delete": Operation("POST", _delete, frozenset({"id"}), documented=False),
        "logout": Operation("POST", _logout, documented=False),
        "extendsession": Operation("POST", _extendsession, before_login=True, documented=False),
    }
)
