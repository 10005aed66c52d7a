"""The number and the address by which a lead is reached, and where TrackerRMS has them. Pure."""

import re
from typing import Literal

from leadrelay.crm.identity import addresses
from leadrelay.crm.phones import line
from leadrelay.lead import Lead
from leadrelay.nobody import says_nobody

type Field = Literal["cellphone", "homephone", "businessphone"]

COLUMNS: dict[Field, str] = {"cellphone": "mobilephone", "homephone": "homephone"}
"""What updateRecord calls those of a candidate (seen in use, Lesson 840)."""


def phone(lead: Lead) -> str:
    """The person's number: of a call without one, the other end's, unless it is hidden or a SIP
    address, which no telephone dials."""
    number = lead.phone or ""
    if lead.call and not number:
        number = lead.call.other or ""
        number = "" if "@" in number else number
    return "" if says_nobody(number) else number


def email(lead: Lead) -> str:
    """The e-mail address, unless it names nobody: TrackerRMS knows people by it."""
    return (lead.email or "") if addresses(lead.email) else ""


def digits(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")


def field(lead: Lead, *, is_candidate: bool) -> Field:
    """Where the number goes: where it doesn't tell of which line it is, a candidate's is taken for
    a mobile, anybody else's for the one at work."""
    match line(phone(lead)), is_candidate:
        case ("mobile", _) | ("", True):
            return "cellphone"
        case "landline", True:
            return "homephone"
        case _:
            return "businessphone"
