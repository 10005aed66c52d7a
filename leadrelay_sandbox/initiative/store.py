"""The CRM's records: what create, update, revise, delete and retrieve do to them.

The order of the checks and their errors follow vtiger 6.0's Create.php, Update.php and Revise.php.
"""

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from leadrelay_sandbox.initiative import errors, rules
from leadrelay_sandbox.initiative.entities import Entity, owners
from leadrelay_sandbox.initiative.modules import MODULES, Field, Module
from leadrelay_sandbox.initiative.sessions import USER_ID
from leadrelay_sandbox.initiative.values import Note, stored

_SYSTEM_TIMES = ("createdtime", "modifiedtime")


class Store:
    """Everything that is kept, in memory. `note` takes violations."""

    def __init__(self, switch: Mapping[str, Any], note: Note) -> None:
        self.lock = threading.RLock()
        self._switch = switch
        self._note = note
        self._next = 3
        self._counts: dict[str, int] = {}
        self._entities: dict[int, Entity] = {}
        self._owners = owners()

    # -- modules --------------------------------------------------------------------------

    def visible(self) -> frozenset[str]:
        """Names of the modules that the user may see; others' users are for administrators."""
        hidden = {*self._switch["hidden_modules"], *(() if self._switch["admin"] else ("Users",))}
        return frozenset(MODULES.keys() - hidden)

    def modules(self) -> list[Module]:
        visible = self.visible()
        return [module for module in MODULES.values() if module.name in visible]

    def module(self, name: str) -> Module:
        if name not in MODULES:
            raise errors.denied("name")
        if name not in self.visible():
            raise errors.denied()
        return MODULES[name]

    def prefix(self, module: Module) -> str:
        return str(self._switch["id_prefixes"].get(module.name, module.prefix))

    def id(self, entity: Entity) -> str:
        return f"{self.prefix(entity.module)}x{entity.number}"

    # -- reading --------------------------------------------------------------------------

    def rows(self, module: Module) -> list[Entity]:
        with self.lock:
            return [e for e in self._kept(module).values() if e.module is module]

    def locate(self, ws_id: str) -> Entity:
        """The record of an id like "10x3". A missing one is "denied" and never "not found"."""
        module, number = self._split(ws_id)
        with self.lock:
            entity = self._kept(module).get(number)
        if entity is None:
            raise errors.denied()
        if entity.module is not module:
            raise errors.wrong_id()
        return entity

    def shown(self, entity: Entity, *, check_owner: bool = True) -> dict[str, str]:
        """The record as results have it. Raises when its owner doesn't exist."""
        shown = {}
        for spec in entity.module.readable():
            value = entity.values[spec.name]
            if spec.type == "owner":
                owner = self._owners.get(int(value)) if value.isdecimal() else None
                if owner is None and check_owner:
                    raise errors.wrong_owner()
                value = self.id(owner) if owner else ""
            elif spec.type == "reference":
                value = self._reference(spec, value)
            shown[spec.name] = value
        return {**shown, "id": self.id(entity)}

    # -- writing --------------------------------------------------------------------------

    def create(self, module: Module, element: Mapping[str, Any]) -> Entity:
        """Keep a new record. An owner who doesn't exist stops nobody but the one who reads it."""
        if module.read_only:
            raise errors.WebServiceError("ACCESS_DENIED", "Permission to write is denied")
        rules.note_unknown(module, element, self._note)
        rules.note_system_fields(module, element, self._note)
        self._check_references(module, element)
        rules.check_mandatory(module, element)
        self._check_owner(module, element)
        values = {
            spec.name: self._stored(spec, element.get(spec.name)) for spec in module.fields.values()
        }
        rules.check_not_null(module, element)
        with self.lock:
            entity = Entity(self._next, module, values)
            self._next += 1
            self._stamp(entity)
            self._entities[entity.number] = entity
        return entity

    def update(self, element: Mapping[str, Any]) -> Entity:
        """Write a whole record. What is left out is blanked, but for picklists."""
        entity = self._writable(element)
        rules.check_mandatory(entity.module, element)
        self._check_owner(entity.module, element)
        keeps = self._switch["update_keeps"]
        return self._write(
            entity,
            {
                spec.name: self._stored(spec, element.get(spec.name))
                for spec in rules.editable(entity.module)
                if spec.name in element or not (keeps or spec.type == "picklist")
            },
        )

    def revise(self, element: Mapping[str, Any]) -> Entity:
        """Write only what is sent; "" and null clear."""
        entity = self._writable(element)
        sent = [spec for spec in rules.editable(entity.module) if spec.name in element]
        for spec in sent:
            if spec.mandatory and rules.empty(element[spec.name]):
                raise errors.missing(spec.name)
        self._check_owner(entity.module, element)
        return self._write(
            entity, {spec.name: self._stored(spec, element[spec.name]) for spec in sent}
        )

    def delete(self, ws_id: str) -> Entity:
        entity = self.locate(ws_id)
        if entity.module.read_only:
            raise errors.denied()
        with self.lock:
            self._entities.pop(entity.number, None)
        return entity

    def _kept(self, module: Module) -> dict[int, Entity]:
        return self._owners if module.read_only else self._entities

    def _split(self, ws_id: str) -> tuple[Module, int]:
        match = re.fullmatch(r"(\d+)x(\d+)", ws_id)
        module = match and next((m for m in MODULES.values() if self.prefix(m) == match[1]), None)
        if not match or module is None:
            raise errors.denied("id")
        return module, int(match[2])

    def _reference(self, spec: Field, value: str) -> str:
        kept = self._owners if "Users" in spec.refers_to else self._entities
        referred = kept.get(int(value)) if value.isdecimal() else None
        return self.id(referred) if referred else ""

    def _writable(self, element: Mapping[str, Any]) -> Entity:
        entity = self.locate(str(element.get("id", "")))
        if entity.module.read_only:
            raise errors.denied()
        rules.note_unknown(entity.module, element, self._note)
        self._check_references(entity.module, element)
        return entity

    def _write(self, entity: Entity, values: dict[str, str]) -> Entity:
        with self.lock:
            entity.values |= values
            entity.values |= {"modifiedtime": self._now(), "modifiedby": str(USER_ID)}
        return entity

    def _stored(self, spec: Field, value: Any) -> str:
        if not spec.editable or rules.empty(value):
            return spec.blank
        return stored(spec, value, self._note, utf8mb3=self._switch["utf8mb3"])

    def _stamp(self, entity: Entity) -> None:
        numbering = entity.module.numbering
        count = self._counts[numbering] = self._counts.get(numbering, 0) + 1
        entity.values |= dict.fromkeys(_SYSTEM_TIMES, self._now())
        for spec in entity.module.fields.values():
            if spec.name in {"modifiedby", "creator"}:
                entity.values[spec.name] = str(USER_ID)
            elif spec.name.endswith("_no"):
                entity.values[spec.name] = f"{numbering}{count}"

    # -- checks ---------------------------------------------------------------------------

    def _check_references(self, module: Module, element: Mapping[str, Any]) -> None:
        for spec in rules.editable(module):
            value = element.get(spec.name)
            if spec.type != "reference" or rules.empty(value):
                continue
            if not re.fullmatch(r"\d+x\d+", str(value)):
                raise errors.bad_reference(spec.name)
            if self._split(str(value))[0].name not in spec.refers_to:
                raise errors.bad_reference(spec.name)

    def _check_owner(self, module: Module, element: Mapping[str, Any]) -> None:
        for spec in module.fields.values():
            if spec.type != "owner" or spec.name not in element or self._switch["admin"]:
                continue
            if str(element[spec.name]) not in map(self.id, self._owners.values()):
                raise errors.WebServiceError(
                    "ACCESS_DENIED", "Cannot assign record to the given user"
                )

    def _now(self) -> str:
        """Times are the database's, UTC in a stock installation, and not in the user's zone."""
        now = datetime.now(UTC) + timedelta(hours=self._switch["hours_ahead"])
        return f"{now:%Y-%m-%d %H:%M:%S}"
