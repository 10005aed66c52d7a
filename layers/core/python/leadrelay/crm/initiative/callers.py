"""Who has a telephone number, however Initiative's users wrote it."""

from collections.abc import Iterator

from leadrelay.crm.base import Caller
from leadrelay.crm.initiative.api import Api, Values
from leadrelay.crm.initiative.vtql import Select, like

_PHONES = ("phone", "mobile", "homephone", "otherphone")
# The end of a number, without the country code and the 0 that some write instead of it.
_SIGNIFICANT_DIGITS = 9
_FEWEST_DIGITS = 7


def caller(api: Api, number: str) -> Caller | None:
    """A contact before a lead, who may have become one. The API tells no address of a record
    in the web application, nor of a contact what their account is called."""
    for module in ("Contacts", "Leads"):
        for row in _with(api, number, module, "firstname", "lastname", "company"):
            name = " ".join(filter(None, (row.get("firstname"), row.get("lastname"))))
            return Caller(name, row.get("company", ""))
    return None


def known(api: Api, number: str, module: str) -> str | None:
    """The id of the first record of the module that has the number."""
    return next((row["id"] for row in _with(api, number, module)), None)


def _with(api: Api, number: str, module: str, *more: str) -> Iterator[Values]:
    digits = _digits(number)[-_SIGNIFICANT_DIGITS:]
    if len(digits) < _FEWEST_DIGITS:
        return
    known = api.describe(module).fields
    columns = tuple(name for name in _PHONES if name in known)
    if not columns:
        return
    where = tuple((like(name, *digits),) for name in columns)
    shown = (*columns, *(name for name in more if name in known))
    for row in api.query(Select(module, shown, where, order_by="id")):
        if any(_digits(row[name]).endswith(digits) for name in columns):
            yield row


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))
