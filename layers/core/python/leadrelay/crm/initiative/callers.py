"""Who has a telephone number, however Initiative's users wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass

from leadrelay.crm.base import Caller
from leadrelay.crm.initiative.api import Api, Values
from leadrelay.crm.initiative.vtql import Select, like

_PHONES = ("phone", "mobile", "homephone", "otherphone")
# The end of a number, without the country code and the 0 that some write instead of it.
_SIGNIFICANT_DIGITS = 9
_FEWEST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Callers:
    """The people of one account."""

    api: Api

    def known(self, number: str, module: str) -> str | None:
        """The id of the first record of the module that has the number."""
        return next((row["id"] for row in self._with(number, module)), None)

    def caller(self, number: str) -> Caller | None:
        """A contact before a lead, who may have become one. The API tells no address of a record
        in the web application, nor of a contact what their account is called."""
        for module in ("Contacts", "Leads"):
            for row in self._with(number, module, "firstname", "lastname", "company"):
                name = " ".join(filter(None, (row.get("firstname"), row.get("lastname"))))
                return Caller(name, row.get("company", ""))
        return None

    def _with(self, number: str, module: str, *more: str) -> Iterator[Values]:
        digits = _digits(number)[-_SIGNIFICANT_DIGITS:]
        if len(digits) < _FEWEST_DIGITS:
            return
        known = self.api.describe(module).fields
        columns = tuple(name for name in _PHONES if name in known)
        if not columns:
            return
        where = tuple((like(name, *digits),) for name in columns)
        shown = (*columns, *(name for name in more if name in known))
        for row in self.api.query(Select(module, shown, where, order_by="id")):
            if any(_digits(row[name]).endswith(digits) for name in columns):
                yield row


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))
