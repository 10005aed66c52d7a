"""What comes of a lead at each CRM's simulator, and what its trouble is made with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

type Made = frozenset[str]
"""Operations, as the simulator names them."""


@dataclass(frozen=True, slots=True)
class Wire:
    """`writes` are the operations on the wire that trouble strikes at; `makes` are the records
    that come of a lead, in one way or another; `also` are those that come of some."""

    writes: tuple[str, ...]
    makes: tuple[Made, ...]
    of_source: Mapping[str, tuple[Made, ...]]
    """Where a source's options make others; see sources.toml."""
    also: Made = frozenset()
    hangs: Mapping[str, str] = field(default_factory=dict)
    """Operation → the source of which each lead makes one, without our reference, on the record
    that it belongs to."""
    replaces: Made = frozenset()
    """What makes a record that a later lead may write over, if its source says so."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """What a delivery's remark says → what was refused, so that the words are elsewhere."""
    takes_files: bool = True
    password: str = "password"  # noqa: S105  # the switch's name
    secret: str = "password"  # noqa: S105  # its key in the secret
    expire: Callable[[Any], object] | None = None

    def expected(self, source: str) -> tuple[Made, ...]:
        return self.of_source.get(source, self.makes)

    @property
    def kinds(self) -> Made:
        """Every kind of record that a run has to make."""
        ways = (*self.makes, *(way for ways in self.of_source.values() for way in ways))
        return frozenset().union(*ways) | self.also | self.hangs.keys()


REFUSAL = "we don't take this one"


def _one(*operations: str) -> Made:
    return frozenset(operations)


_TOLD = (_one("createActivity"),)
_APPLIED = (_one("createActivity", "resourceApplication"),)
_CALL = (_one("createLead"), _one("createActivity"))

WIRE: Mapping[str, Wire] = {
    "trackerrms": Wire(
        writes=(
            *("createLead", "createActivity", "createContact", "createOpportunity"),
            *("createResource", "createResourceFromResume", "resourceApplication"),
            *("attachDocument", "updateRecord"),
        ),
        makes=(_one("createLead"),),
        of_source={
            "person": _TOLD,
            "candidate": _TOLD,
            "opportunity": (_one("createOpportunity"),),
            "overwrite": (_one("createContact"),),
            "phone": _CALL,
            "line": _CALL,
            "careers": _APPLIED,
            "scanned": _APPLIED,
            "upload": _APPLIED,
            "renew": (
                _one("createResourceFromResume", "resourceApplication"),
                _one("createResource", "resourceApplication"),
            ),
        },
        also=_one("attachDocument"),
        hangs={"resourceApplication": "candidate"},
        replaces=_one("createContact", "createResource", "createResourceFromResume"),
    ),
    "initiative": Wire(
        writes=("create", "update"),
        makes=(_one("create:Leads"),),
        of_source={
            "person": (_one("create:Contacts"),),
            "candidate": (_one("create:HelpDesk"),),
            "phone": (_one("create:Events"),),
            "line": (_one("create:Events"),),
        },
        also=_one("create:Documents", "update:Events"),
        password="access_key",  # noqa: S106  # the switch's name
        secret="access_key",  # noqa: S106  # its key
        expire=lambda simulator: simulator.sessions.expire(),
    ),
    "centia": Wire(
        writes=(
            *("Contacts.CreateContact", "Tickets.CreateTicket"),
            *("Opportunities.CreateOpportunity", "Companies.CreateCompany"),
        ),
        remarks={"centia took no ticket": "Tickets.CreateTicket"},
        takes_files=False,
        # A ticket goes to the contact of the same person, if centia refuses another.
        makes=(_one("Tickets.CreateTicket"),),
        of_source={
            "person": (_one("Opportunities.CreateOpportunity", "Tickets.CreateTicket"),),
            "opportunity": (_one("Contacts.CreateContact"),),
        },
        also=_one("Companies.CreateCompany"),
        expire=lambda simulator: simulator.tokens.expire(),
    ),
    "collect": Wire(
        writes=("create:debtor", "create:contact", "update:contact", "upload", "runplan"),
        makes=(_one("create:debtor"),),
        of_source={
            "enquiry": (_one("create:debtor", "upload:debtor"),),
            "person": (_one("create:debtor"), _one("create:contact", "upload:debtor")),
            "phone": (_one("create:contact"),),
            "line": (_one("create:contact"),),
        },
        also=_one("update:contact"),
        hangs={"runplan:REV": "enquiry"},
        secret="op_password",  # noqa: S106  # its key
        expire=lambda simulator: simulator.tokens.expire(),
    ),
}
