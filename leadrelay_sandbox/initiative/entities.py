"""A record of the CRM, and those that are there from the beginning: its users and groups."""

from dataclasses import dataclass, field

from leadrelay_sandbox.initiative.modules import MODULES, Module
from leadrelay_sandbox.initiative.sessions import USER_ID, USERNAME

_OWNERS = {
    USER_ID: ("Users", {"user_name": USERNAME, "is_admin": "1", "status": "Active"}),
    12: (
        "Users",
        {
            "user_name": "demo/sales",
            "email1": "alex.agent@example.com",
            "first_name": "Alex",
            "last_name": "Agent",
            "is_admin": "0",
            "status": "Active",
        },
    ),
    2: ("Groups", {"groupname": "Support"}),
}


@dataclass
class Entity:
    number: int
    module: Module
    values: dict[str, str]
    """By field; references and owners as bare numbers."""
    related: set[int] = field(default_factory=set)
    """Numbers of the records that a document is attached to."""


def owners() -> dict[int, Entity]:
    """Who records may be assigned to, by their numbers."""
    return {
        number: Entity(number, MODULES[name], dict.fromkeys(MODULES[name].fields, "") | values)
        for number, (name, values) in _OWNERS.items()
    }
