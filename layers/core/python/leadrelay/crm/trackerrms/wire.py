"""What the Widget API's answers say: its verdicts, ids and records. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from leadrelay.crm.http import lost
from leadrelay.crm.operations import Operation
from leadrelay.errors import Misconfigured, Refused, Undecidable

# What these write no operation shows.
_UNSEEN = frozenset({"attachDocument", "resourceApplication"})


@dataclass(frozen=True, slots=True)
class Record:
    """One result of getRecords. `details` is empty where the CRM shows none (Widget API v1.11)."""

    id: str
    name: str
    details: Mapping[str, Any]


class CheckedPerson(NamedTuple):
    """Whom checkPerson knows: `letters` C(ontact), R(esource), U(ser) under which, "" for nobody;
    the `first` record's `fullname`, `company`, `email`, …; and a `link` into the web app."""

    letters: str
    first: Mapping[str, Any]
    link: str


def link_to_record(link: str) -> str:
    """checkPerson's recordLink, if it leads to a record: the documented sample has the web
    application's host alone, and so leads to its start page."""
    return link if re.fullmatch(r"https://[^/?#\s]+[/?#]+[^/?#\s]\S*", link) else ""


@dataclass(frozen=True, slots=True)
class Made:
    """What a create call led to. `existed`: status 3, the CRM had it and left it as it was.

    `record_id` is "" where the answer has none: documented samples show 0, and status 3 is
    known to come without.
    """

    record_id: str
    existed: bool
    words: str


def read_reply(operation: Operation, body: dict[str, Any]) -> dict[str, Any]:
    """The answer, if its status is 0 or 3 (Widget API v1.11); else raises what it stands for.

    1 and 2 prove something about the account only as checkLogon's answer: whether each operation
    takes each kind of credentials isn't documented.

    99 is an exception inside TrackerRMS and its message that exception's text, in Visual Basic's
    words for a null reference as well: nothing to decide by, so it always is a refusal. It may
    come after something was written: whoever writes looks, or it is undecidable.
    """
    words = str(body.get("message") or "")
    match status(body):
        case 0 | 3:
            return body
        case 1:
            message = "TrackerRMS does not know this user or key (1)"
            raise Misconfigured(message, words=words, login=operation.name == "checkLogon")
        case 2:
            message = "TrackerRMS says that this user is not active (2)"
            raise Misconfigured(message, words=words, login=operation.name == "checkLogon")
        case 99 if operation.name in _UNSEEN:
            raise Undecidable(
                f"TrackerRMS refused {operation.name} (99), which may come after it was done, and "
                "can't be asked: look there by hand, and if it is missing, replay with --redo",
                words=words,
            )
        case 99:
            raise Refused(f"TrackerRMS refused {operation.name} (99)", words=words)
        case _:
            message = f"{operation.name} was answered without a documented status"
            raise lost(message, writes=operation.writes, words=words or str(body)[:500])


def status(body: Mapping[str, Any]) -> int | None:
    try:
        return int(body["status"])
    except (KeyError, TypeError, ValueError):
        return None


def id_of(value: Any) -> str:
    """Ids come as numbers or text; 0, null and "" stand for none."""
    return "" if value in (None, "", 0, "0") else str(value)


def read_record(result: Mapping[str, Any]) -> Record:
    details = result.get("details")
    return Record(
        id=id_of(result.get("id")),
        name=str(result.get("name") or ""),
        details=details if isinstance(details, Mapping) else {},  # [] in the documented sample
    )
