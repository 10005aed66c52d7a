"""Who has a telephone number, among Collect!'s debtors."""

from leadrelay.crm.base import Caller
from leadrelay.crm.collect import find
from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.options import Options
from leadrelay.crm.collect.wire import rows


def caller(api: Api, number: str) -> Caller | None:
    """The newest account with the number, in the columns that have one by default."""
    options = Options()
    rowid = find.newest(api, find.phone_traces(number, options), options)
    if not rowid:
        return None
    found = api.call("read", record="debtor", rowid=rowid, fields="de_name")
    last, _, first = str(next(iter(rows(found)), {}).get("de_name") or "").partition(", ")
    return Caller(f"{first} {last}".strip())
