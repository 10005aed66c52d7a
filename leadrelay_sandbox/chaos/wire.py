"""What comes of a lead at each CRM's simulator, and what its trouble is made with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

type Made = frozenset[str]
"""Operations, as the simulator names them."""


@dataclass(frozen=True, slots=True)
class Wire:
    """`creates` are the operations on the wire that make the records most leads are known by;
    `makes` are the records that come of a lead, in one way or another."""

    creates: tuple[str, ...]
    makes: tuple[Made, ...]
    of_source: Mapping[str, tuple[Made, ...]]
    """Where a source's options make others; see sources.toml."""
    takes_files: bool = True
    password: str = "password"  # noqa: S105  # the switch's name
    expire: Callable[[Any], object] | None = None

    def expected(self, source: str) -> tuple[Made, ...]:
        return self.of_source.get(source, self.makes)


REFUSAL = "we don't take this one"


def _one(*operations: str) -> Made:
    return frozenset(operations)


WIRE: Mapping[str, Wire] = {
    "trackerrms": Wire(
        creates=("createLead", "createActivity"),
        makes=(_one("createLead"),),
        of_source={
            "person": (_one("createActivity"),),
            "candidate": (_one("createActivity"),),
            "opportunity": (_one("createOpportunity"),),
            "phone": (_one("createLead"), _one("createActivity")),
            "careers": (_one("createActivity"),),
        },
    ),
    "initiative": Wire(
        creates=("create",),
        makes=(_one("create:Leads"),),
        of_source={
            "person": (_one("create:Contacts"),),
            "candidate": (_one("create:HelpDesk"),),
            "phone": (_one("create:Events"),),
        },
        password="access_key",  # noqa: S106  # the switch's name
        expire=lambda simulator: simulator.sessions.expire(),
    ),
    "centia": Wire(
        creates=("Contacts.CreateContact", "Tickets.CreateTicket"),
        takes_files=False,
        # A ticket goes to the contact of the same person, if centia refuses another.
        makes=(_one("Tickets.CreateTicket"),),
        of_source={
            "person": (_one("Opportunities.CreateOpportunity", "Tickets.CreateTicket"),),
            "opportunity": (_one("Contacts.CreateContact"),),
        },
        expire=lambda simulator: simulator.tokens.expire(),
    ),
    "collect": Wire(
        creates=("create:debtor",),
        makes=(_one("create:debtor"),),
        of_source={
            "enquiry": (_one("create:debtor", "upload:debtor"),),
            "person": (_one("create:debtor"), _one("create:contact", "upload:debtor")),
            "phone": (_one("create:contact"),),
        },
        expire=lambda simulator: simulator.tokens.expire(),
    ),
}
