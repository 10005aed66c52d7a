"""What a source's options name and the Collect! database doesn't have."""

from collections.abc import Iterator

from leadrelay.crm.base import Advice
from leadrelay.crm.collect import payload
from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.options import Options
from leadrelay.crm.collect.wire import rows
from leadrelay.errors import Misconfigured, Refused
from leadrelay.lead import Kind


def advise(api: Api, kind: Kind, options: Options) -> Iterator[Advice]:
    for key, column in payload.columns_used(kind, options):
        if column and not api.has(column):
            yield Advice(key, f"the database has no column {column} that we may read")
    if api.has(options.ref_column):
        yield from _of_looking(api, options)
    if options.client_rowid:
        try:
            api.client_name(str(options.client_rowid))
        except Misconfigured:
            lists = "`leadrelay crm collect read client fields=cl_rowid,cl_name` lists them"
            yield Advice("client_rowid", f"there is no client {options.client_rowid}; {lists}")
    plans = _plans(api) if options.plan else []
    if plans and options.plan not in plans:
        yield Advice.unlisted("plan", options.plan, plans)


def _of_looking(api: Api, options: Options) -> Iterator[Advice]:
    """Whether a record that isn't there is looked for in vain, as it should be."""
    operator = options.lookup_operator
    try:
        api.lookup("debtor", options.ref_column, ["LR-00000000"], operator=operator)
    except (Misconfigured, Refused) as error:
        yield Advice("lookup_operator", f"leads can't be looked for with {operator!r}: {error}")


def _plans(api: Api) -> list[str]:
    """The codes of the contact plans, none if the operator may not see them."""
    try:
        found = api.call("read", record="contact_plan", fields="cp_code")
    except Refused:
        return []
    return [str(row["cp_code"]) for row in rows(found) if row.get("cp_code")]
