"""The simulators there are, and the credentials that each takes."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from leadrelay_sandbox.simulator import Simulator

# CRM → its simulator's class, and the secret that logs in there (less base_url).
_SIMULATORS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "trackerrms": (
        "leadrelay_sandbox.trackerrms:TrackerRmsSimulator",
        {"username": "api@example.com", "password": "sandbox-password"},
    ),
    "initiative": (
        "leadrelay_sandbox.initiative:InitiativeSimulator",
        {"username": "demo/api", "access_key": "sandboxAccessKey"},
    ),
    "centia": (
        "leadrelay_sandbox.centia:CentiaSimulator",
        {
            "email": "api@example.com",
            "password": "sandbox-password",
            "profile_id": 7,
            "company_id": 70,
            "origin_id": 3,
        },
    ),
    "collect": (
        "leadrelay_sandbox.collect:CollectSimulator",
        {"op_id": "API", "op_password": "sandbox-password", "client_rowid": 17},
    ),
}


def simulator(crm: str) -> Simulator:
    """A fresh simulator of this CRM."""
    module, _, cls = _SIMULATORS[crm][0].partition(":")
    made: Simulator = getattr(import_module(module), cls)()
    return made


def secret(crm: str, url: str) -> dict[str, Any]:
    """The secret with which an adapter logs in to the simulator at `url`."""
    return {"base_url": url, **_SIMULATORS[crm][1]}
