"""Finding in Collect! what a lead became, and whom it is from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay.crm.collect.api import MOST_FOUND, Api
from leadrelay.crm.collect.filters import expressible
from leadrelay.crm.collect.options import Options
from leadrelay.crm.collect.payload import LIMITS, columns_of
from leadrelay.crm.collect.wire import rows
from leadrelay.crm.identity import Person, addresses, an_address, number, the_one
from leadrelay.crm.names import same_name
from leadrelay.crm.phones import written
from leadrelay.lead import Lead


def ours(api: Api, lead: Lead, options: Options) -> str | None:
    """The rowid of the debtor that holds the lead's reference."""
    operator = options.lookup_operator
    found = api.lookup("debtor", options.ref_column, [lead.ref], operator=operator)
    return str(found[0]["de_rowid"]) if found else None


def row(api: Api, rowid: str) -> Mapping[str, Any]:
    """A debtor, as far as we may read it."""
    return next(iter(rows(api.call("read", record="debtor", rowid=rowid))), {})


def known(api: Api, lead: Lead, options: Options) -> str:
    """The account of the same person, the newest where they have several. "" for none, and where
    there is no telling: nothing may ever reach another's account."""
    person = Person.of(lead)
    return the_one(person, accounts(api, person, options)) or ""


def accounts(api: Api, person: Person, options: Options) -> list[tuple[Person, str]]:
    """Whose accounts share an address or a number with the person, and their rowids, newest
    first. None at all where so many do that it names nobody."""
    columns = columns_of(options)
    name, contact, email = columns["name"] or "de_name", columns["full_name"], columns["email"]
    shown = tuple(filter(None, (name, contact, email, *options.phone_columns)))
    found: dict[int, Person] = {}
    for column, values in _traces(person, options):
        held = api.lookup("debtor", column, values, *shown, operator=options.lookup_operator)
        if len(held) >= MOST_FOUND:
            return []
        for one in held:
            texts = {column: str(one.get(column) or "") for column in shown}
            numbers = [texts[column] for column in options.phone_columns]
            called = _fuller(texts[name], texts.get(contact, ""))
            found[int(one["de_rowid"])] = Person(called, [texts.get(email, "")], numbers)
    return [(found[rowid], str(rowid)) for rowid in sorted(found, reverse=True)]


def _fuller(name: str, contact: str) -> str:
    """A name whose title is told beside it: "Doe" and "Mrs Doe". But a contact may be somebody
    else."""
    return max(name, contact, key=len) if same_name(name, contact) else name


def event(api: Api, lead: Lead, rowid: str) -> str | None:
    """The event made from this lead. Asked for below its debtor, because nothing attests a
    filter that finds a part of a text."""
    below = api.call("subrecords", record="debtor", rowid=rowid, subrecord="contact")
    for row in rows(below):
        if f"{row.get('co_description')} ".startswith(f"{lead.ref} "):
            return str(row.get("co_rowid", ""))
    return None


def _traces(person: Person, options: Options) -> Iterator[tuple[str, list[str]]]:
    """Where a person may already be known: a column and the spellings to look for."""
    column = columns_of(options)["email"]
    limit = (LIMITS | options.limits).get(column, 0)
    spelled = [one for text in person.emails for one in (an_address(text), *addresses(text))]
    emails = [one for one in dict.fromkeys(spelled) if expressible(one)]
    emails = [one for one in emails if not limit or len(one) <= limit]
    if column and emails:
        yield column, emails
    spellings = [text for phone in person.phones for text in _spellings(phone)]
    if spellings:
        yield from ((column, spellings) for column in options.phone_columns)


def _spellings(phone: str) -> list[str]:
    """A number as given, as it is written, in digits, and with hyphens in the place of brackets
    and blanks, as a filter can't hold the former."""
    if not number(phone):
        return []
    found = [phone, *written(phone)]
    found += [re.sub(r"[() ]+", "-", one).strip("-") for one in found]
    found += [re.sub(r"\D", "", one) for one in found]
    return [text for text in dict.fromkeys(found) if expressible(text)]
