"""Files outlive their leads by a day at most.

DynamoDB forgets a lead by itself and tells nobody, and a request that fails after its file was
kept leaves it behind. Files can't go by their age alone: how long they are needed depends on when
their lead was delivered.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched, groupby

from leadrelay.aws.files import KEPT, UPLOADS, Files, read_upload_key
from leadrelay.ledger import items
from leadrelay.ledger.table import Table

# A file is kept before its lead is; and TTL is in no hurry either.
GRACE = timedelta(days=1)

# A file is brought to its lead within seconds of its arrival, or of its scan within minutes.
SOON = timedelta(hours=1)

_TOGETHER = 100  # as many as DynamoDB reads at once


def tidy(table: Table, files: Files, *, before: datetime) -> int:
    """Delete the files written before that time whose lead isn't there; how many. Raises
    Unavailable: what is left is for the next time."""
    count = 0
    for folders in batched(_folders(files, before), _TOGETHER, strict=False):
        wanted = [items.lead_key(lead_id) for lead_id, _ in folders]
        there = {item["pk"] for item in table.get_many(wanted)}
        for lead_id, keys in folders:
            if items.lead_key(lead_id)["pk"] not in there:
                for key in keys:
                    files.delete(key)
                count += len(keys)
    return count


def not_taken_in(table: Table, files: Files, *, before: datetime) -> Iterator[str]:
    """The leads that still wait for a file that a browser put there before that time: nobody told
    us of it, or the word of its scan never came. Raises Unavailable."""
    old = (key for key, written in files.list_below(UPLOADS) if written < before)
    for some in batched(map(read_upload_key, old), _TOGETHER, strict=False):
        places = {(lead_id, place) for _, lead_id, place in some}
        keys = [items.lead_key(lead_id) for lead_id in {lead_id for lead_id, _ in places}]
        for lead in map(items.read_lead, table.get_many(keys)):
            if any((lead.id, place) in places for place in lead.awaits):
                yield lead.id


def _folders(files: Files, before: datetime) -> Iterator[tuple[str, Sequence[str]]]:
    """(lead id, its old files)"""
    listed = ((key, written) for key, written in files.list_below(KEPT) if written < before)
    for lead_id, found in groupby(listed, key=lambda one: one[0].split("/")[1]):
        yield lead_id, [key for key, _ in found]
