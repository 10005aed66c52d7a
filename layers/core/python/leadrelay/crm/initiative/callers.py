"""Who has a telephone number, however Initiative's users wrote it."""

import re
from collections.abc import Iterator

from leadrelay.crm.base import Caller
from leadrelay.crm.identity import Person, number, same_number, several, the_one
from leadrelay.crm.initiative.api import Api, Values
from leadrelay.crm.initiative.vtql import Select, like
from leadrelay.errors import Refused

_PHONES = ("phone", "mobile", "homephone", "otherphone")
# The end of a number, without the country code and the 0 that some write instead of it: enough
# to ask by, not to decide by.
_SIGNIFICANT_DIGITS = 9


def caller(api: Api, number: str) -> Caller | None:
    """Contacts before leads, who may have become some. The API tells no address of a record in the
    web application, nor of a contact what their account is called."""
    for module in ("Contacts", "Leads"):
        try:
            people = list(_with(api, number, module))
        except Refused:  # the user may not see this module
            continue
        rows = [row for person, row in people if _has(person, number)]
        names = [_name(row) for row in rows]
        if told := several(names):
            alone = rows[0].get("company", "") if len({*names}) == 1 else ""
            return Caller(told, alone)
    return None


def known(api: Api, who: Person, module: str) -> str | None:
    """The id of the record of the module that is this caller's."""
    people = (pair for phone in who.phones for pair in _with(api, phone, module))
    row = the_one(who, people)
    return row["id"] if row else None


def _with(api: Api, given: str, module: str) -> Iterator[tuple[Person, Values]]:
    """The records whose number ends like this one."""
    digits = re.sub(r"\D", "", number(given).partition(";")[0])[-_SIGNIFICANT_DIGITS:]
    if not digits:
        return
    fields = api.describe(module).fields
    columns = tuple(name for name in _PHONES if name in fields)
    if not columns:
        return
    where = tuple((like(name, *digits),) for name in columns)
    shown = tuple(name for name in ("firstname", "lastname", "email", "company") if name in fields)
    for row in api.query(Select(module, (*columns, *shown), where, order_by="id")):
        phones = tuple(row.get(name, "") for name in columns)
        yield Person(_name(row), (row.get("email", ""),), phones), row


def _has(person: Person, number: str) -> bool:
    return any(same_number(phone, number) for phone in person.phones)


def _name(row: Values) -> str:
    return " ".join(filter(None, (row.get("firstname"), row.get("lastname"))))
