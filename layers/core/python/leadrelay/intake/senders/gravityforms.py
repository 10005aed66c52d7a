"""Gravity Forms' Webhooks add-on: an entry, whose fields have numbers, or chosen fields."""

from dataclasses import replace

from leadrelay.intake.body import documents
from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.nobody import words
from leadrelay.sources import Source

# Of a whole entry: docs.gravityforms.com/entry-object.
_ENTRY = words("""
    id form_id post_id date_created date_updated is_starred is_read ip source_url user_agent
    currency payment_status payment_date payment_amount payment_method transaction_id is_fulfilled
    created_by transaction_type status source_id is_approved
""")


def read(request: Request, _source: Source) -> Submission:
    """A whole entry names its fields by numbers, "1.3", which sources.toml gives a meaning
    (docs.gravityforms.com/webhooks-feed-meta). Only a whole entry tells its own id,
    and each site counts from 1."""
    body = read_body(request)
    given = dict(body.fields)
    entry = [given.get(name) for name in ("form_id", "id")] if "date_created" in given else []
    of_entry = _ENTRY if entry else frozenset()
    said = [pair for pair in body.fields if pair[0] not in of_entry]
    about = [pair for pair in body.fields if pair[0] in of_entry]
    submission = documents.submission(said, body.document, *entry, about=about)
    return replace(submission, reused=True)


GRAVITYFORMS = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the form: Settings > Webhooks > Add new: {url}, POST, JSON, with a request header "
    'such as X-Token: <the source\'s secret>, and token = "header:X-Token" here.\n'
    "Select Fields with names like email there, or map the numbers in [<source>.fields] here: "
    'email = "3".',
)
