"""One accepted request, and what every operation does with it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.trackerrms.answers import INVALID, NULL_REFERENCE, Refusal
from leadrelay_sandbox.trackerrms.directory import Directory, Row
from leadrelay_sandbox.trackerrms.kinds import decoded, integer, text, truth
from leadrelay_sandbox.trackerrms.settings import names

PLACEMENT_STATUSES = {1: "Shortlist", 2: "Longlist", 3: "Working", 4: "Offer", 5: "Complete"}


@dataclass(frozen=True)
class Call:
    """`nodes` are the documented ones, without the keys in `ignored`."""

    operation: str
    user: str
    nodes: Mapping[str, Any]
    ignored: list[str]
    simulator: Simulator
    directory: Directory

    def node(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.nodes.get(name, {})
        return found

    def instruction(self, name: str) -> Any:
        return self.node("instructions").get(name)

    def flag(self, name: str) -> bool:
        return truth(self.instruction(name))

    def switch(self, name: str) -> Any:
        return self.simulator.switch[name]

    def refuse(self, violation: str, message: str = INVALID) -> Refusal:
        """A refusal for what the documentation doesn't allow either."""
        self.simulator.violation(violation)
        return Refusal(99, message)

    def save(self, record_id: int) -> None:
        """Keep the request as the values of a new record."""
        self.simulator.save(str(record_id), self.operation, self._values())

    def save_again(self, record_id: int) -> None:
        """Keep the request as the values of a record that was there.

        A person made along with a lead has had no record of its own so far.
        """
        if not self.note(record_id, self._values()):
            self.save(record_id)

    def note(self, record_id: int, values: Mapping[str, Any]) -> bool:
        """Add to a saved record; says whether there is one."""
        for record in self.simulator.records:
            if record.id == str(record_id):
                record.fields |= values
                return True
        return False

    def _values(self) -> dict[str, Any]:
        values = {name: _summary(node) for name, node in self.nodes.items()}
        return values | {"_ignored": self.ignored}

    def linked(self, type_: str, record_id: Any) -> Row | None:
        """The record that a write goes to. What the service does without one is undocumented."""
        row = self.directory.get(type_, integer(record_id))
        if row is None and type_ == "O":
            # Jobs are the agency's own: the sandbox can't hold them all.
            if self.switch("refuse_unknown_jobs"):
                raise Refusal(99, NULL_REFERENCE)
        elif row is None and (status := self.switch("missing_on_write")):
            raise Refusal(status, NULL_REFERENCE)
        return row

    def check_names(self, values: Mapping[str, Any], lists: Mapping[str, str]) -> None:
        """Refuse a department, source … that the settings don't list, if the switch says so."""
        if self.switch("refuse_unknown_names"):
            for key, listed_in in lists.items():
                if (name := text(values.get(key))) and name not in names(listed_in):
                    raise Refusal(99, INVALID)

    def apply(self, resource_id: int, job_id: Any) -> int:
        """Put a candidate onto a job's list; returns the id of the application."""
        self.linked("O", job_id)
        long = self.instruction("assigntolist") == "long"
        values = {"resourceid": resource_id, "opportunityid": integer(job_id)}
        return self.directory.add("X", values, self.user, PLACEMENT_STATUSES[1 + long]).id


def _summary(node: Any) -> Any:
    """A node to keep: of a file's bytes only size and hash."""
    if not isinstance(node, dict) or "data" not in node:
        return node
    content = decoded(node["data"])
    return {key: value for key, value in node.items() if key != "data"} | {
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
