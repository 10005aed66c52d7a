"""Finding in Collect! what a lead became, and whom it is from."""

import re
from collections.abc import Iterable, Iterator

from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.filters import expressible
from leadrelay.crm.collect.options import Options
from leadrelay.crm.collect.payload import LIMITS, columns_of, text_of
from leadrelay.crm.collect.wire import rows
from leadrelay.lead import Lead


def ours(api: Api, lead: Lead, options: Options) -> str | None:
    """The debtor that holds the lead's reference."""
    column, operator = options.ref_column, options.lookup_operator
    found = api.lookup("debtor", column, [lead.ref], rowid="de_rowid", operator=operator)
    return found[0] if found else None


def known(api: Api, lead: Lead, options: Options) -> str:
    """The newest account of the person, "" for none."""
    return newest(api, traces(lead, options), options)


def newest(api: Api, traces: Iterable[tuple[str, list[str]]], options: Options) -> str:
    """The newest account by the first trace that leads to any, else ""."""
    operator = options.lookup_operator
    for column, values in traces:
        if found := api.lookup("debtor", column, values, rowid="de_rowid", operator=operator):
            return max(found, key=int)
    return ""


def event(api: Api, lead: Lead, rowid: str) -> str | None:
    """The event made from this lead. Asked for below its debtor, because nothing attests a
    filter that finds a part of a text."""
    below = api.call("subrecords", record="debtor", rowid=rowid, subrecord="contact")
    for row in rows(below):
        if str(row.get("co_description")).startswith(f"{lead.ref} "):
            return str(row.get("co_rowid", ""))
    return None


def traces(lead: Lead, options: Options) -> Iterator[tuple[str, list[str]]]:
    """Where a person may already be known: a column and the spellings to look for."""
    column = columns_of(options)["email"]
    limit = (LIMITS | options.limits).get(column)
    if column and lead.email and expressible(lead.email[:limit]):
        yield column, [lead.email[:limit]]
    yield from phone_traces(text_of(lead, "phone"), options)


def phone_traces(number: str, options: Options) -> Iterator[tuple[str, list[str]]]:
    """The same for a telephone number."""
    spellings = [text for text in _spellings(number) if expressible(text)]
    if spellings:
        yield from ((column, spellings) for column in options.phone_columns)


def _spellings(phone: str) -> list[str]:
    """A number as given and in digits; a North American one also as it is written there."""
    digits = re.sub(r"\D", "", phone)
    found = [phone, digits]
    if phone.startswith("+1") and len(digits) == 11:
        found += [digits[1:], f"{digits[1:4]}-{digits[4:7]}-{digits[7:]}"]
    return list(dict.fromkeys(filter(None, found)))
