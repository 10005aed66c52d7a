"""What the words of the contract mean for each CRM.

"One record" is a matter of the CRM: a call may make a person and an event, a file a document. So
each CRM says here which of its operations make the record that a lead is known by (`ones`), and
what all its writes for a lead of each kind are (`makes`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadrelay.lead import Kind

THREADS = 8
KINDS: tuple[Kind, ...] = ("form", "call", "resume")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the contract's words mean for one CRM."""

    ones: frozenset[str]
    makes: Mapping[Kind, list[str]]
    """The operations of the records for a lead, as the simulator names them; the first is one of
    `ones`, and a form makes as few as can be."""
    write: str = ""
    """What the wire calls all of these, where it has another name for them."""
    password: str
    """The secret's member that a login is judged by."""
    switch: str = "password"
    """The simulator's, for what that member must be."""
    login: str
    """The operation that opens a session."""
    expire: Callable[[Any], object]
    """Ends every session at the simulator."""
    session_secret: Mapping[str, Any] = field(default_factory=dict)
    """Further members of a secret that logs in with a session, where the sandbox's doesn't."""
    logins_after_expiry: int = 1
    """At most, for `THREADS` threads at once."""
    takes_files: bool = True
    replaces_files: bool = False
    """Whether a file takes the place of an older one of the same name: twice is once."""
    every_step: Mapping[str, Any] = field(default_factory=dict)
    """Options with which a lead takes all the steps there are."""
    lets_pass: frozenset[str] = frozenset()
    """What the simulator may object to, because nothing else would do and code in use does it."""
    silent: tuple[Mapping[str, Any], ...] = ()
    """Simulator switches, for what the documentation leaves open: a client passes under each."""


TERMS: Mapping[str, Terms] = {
    "trackerrms": Terms(
        ones=frozenset({"createLead", "createResource", "createResourceFromResume"}),
        makes={
            "form": ["createLead"],
            "call": ["createLead"],
            "resume": [
                "createResourceFromResume",
                "createActivity",
                "attachDocument",
                "attachDocument",
                "resourceApplication",
            ],
        },
        password="password",
        login="Token",
        expire=lambda simulator: simulator.expire_tokens(),
        session_secret={
            "client_id": "EvoApi_1.0",
            "client_secret": "sandbox-client-secret",
            "refresh_token": "sandbox-refresh-token",
        },
        # No page lists activities among the types of getRecords, yet code in use asks for them;
        # there is no other way to learn whether a call has been noted with somebody known.
        lets_pass=frozenset(
            {
                "getRecords: instructions.recordtype is not one of C, N, L, O, P, T, R, X",
                "createResourceFromResume: instructions.overwriteresource is not documented here",
            }
        ),
        silent=(
            {},
            {"record_id_on_status_3": True},
            {"assign_on_status_3": True},
            {"parser": "refuses"},
            {"parser": "accepts"},
            {"missing_on_write": 0},
            {"missing_on_read": 99},
            {"records_per_page": 1},
            {"count_is_total": True},
            {"details": "list"},
            {"lists_activities": False},
            {"no_results": None},
            {"first_record_of_nobody": {}},
            {"needs_basic": True},
        ),
    ),
    "initiative": Terms(
        write="create",
        ones=frozenset({"create:Leads"}),
        makes={
            "form": ["create:Leads"],
            "call": ["create:Leads", "create:Events"],
            "resume": ["create:Leads", *["create:Documents"] * 3],
        },
        password="access_key",
        switch="access_key",
        login="login",
        expire=lambda simulator: simulator.sessions.expire(),
        # The server serialises the calls of a session, so a few are worth having.
        logins_after_expiry=THREADS // 2,
        silent=(
            {},
            {"session_calls": 1},
            {"session_calls": 3},
            {"admin": False},
            {"id_prefixes": {"Leads": "7", "Documents": "8", "Events": "9"}},
            {"hidden_modules": ["Contacts", "Users"]},
            {"undocumented_operations": False},
            {"documented_login": False},
            {"update_keeps": True},
            {"utf8mb3": False},
            {"hours_ahead": 2},
            {"hours_ahead": -9.5},
            {"related_label_required": False},
            {"latency": 0.005},
        ),
    ),
    "centia": Terms(
        ones=frozenset({"Contacts.CreateContact"}),
        makes={kind: ["Contacts.CreateContact", "Tickets.CreateTicket"] for kind in KINDS},
        password="password",
        login="Auth.Login",
        expire=lambda simulator: simulator.tokens.expire(),
        takes_files=False,
        every_step={
            "create_company": True,
            "company_type_id": 1,
            "company_industry_id": 1,
            "also": "ticket",
            "user_id": 5,
            "ticket_origin_id": 1,
            "case_id": 1,
            "priority_id": 1,
        },
        silent=(
            {},
            {"error_style": "4xx"},
            {"empty_response": {}},
            {"empty_response": None},
            {"not_found": "empty"},
            {"response_form": "list"},
            {"hidden": ["skype"]},
            {"not_found": "empty", "empty_response": None, "error_style": "4xx"},
            {"token_words": "Token expired", "token_calls": 1},
            {"token_calls": 2, "error_style": "4xx"},
        ),
    ),
    "collect": Terms(
        ones=frozenset({"create:debtor"}),
        makes={
            "form": ["create:debtor"],
            "call": ["create:debtor", "create:contact"],
            "resume": ["create:debtor", *["upload:debtor"] * 3],
        },
        password="op_password",
        login="login",
        expire=lambda simulator: simulator.tokens.expire(),
        replaces_files=True,
        every_step={"plan": "REV"},
        silent=(
            {},
            {"notes_column": False},
            {"login_http": 200},
            {"token_calls": 1},
            {"token_calls": 2, "error_body": "text"},
            {"error_body": "text"},
            {"data_form": "object"},
            {"other_operators": True},
            {"too_long": "cut"},
        ),
    ),
}
