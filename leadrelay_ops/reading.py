"""A sample request read as the intake reads it, with nothing kept and nobody asked."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from urllib.parse import parse_qsl

import httpx

from leadrelay.errors import DeliveryError
from leadrelay.fetch.complete import Completer
from leadrelay.intake.files.accept import File
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission, sender, submissions
from leadrelay.lead import Attachment, Lead, lead_id, lead_ref
from leadrelay.signing.samples import Sample
from leadrelay.sources import Source
from leadrelay_sandbox import senders, vendors


def leads_of(sample: Sample, source: Source, now: datetime) -> list[Lead]:
    """What a request becomes; [] where it is no news of a lead. Raises Rejected."""
    path, _, query = sample.path.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    headers = Headers(sample.headers)
    request = Request(sample.method, path, headers, pairs, sample.path, sample.body)
    read = submissions(sender(source.sender).read(request, source))
    return [_completed(_lead(one, source, now), source) for one in read]


def _lead(submission: Submission, source: Source, now: datetime) -> Lead:
    said = repr((submission.content, submission.pairs, [*submission.lead.items()]))
    known = submission.key or submission.content or hashlib.sha256(said.encode()).hexdigest()
    identity = lead_id(source.name, known)
    lead = build_lead(submission, source, now, identity, lead_ref(identity))
    resume = next((_attachment(file) for file in submission.files if file.is_resume), None)
    others = tuple(_attachment(file) for file in submission.files if not file.is_resume)
    return lead.model_copy(update={"resume": resume, "attachments": others})


def _attachment(file: File) -> Attachment:
    digest = hashlib.sha256(file.content).hexdigest()
    return Attachment(
        filename=file.filename, media_type=file.media_type, size=len(file.content), sha256=digest
    )


def files_of(sample: Sample, source: Source) -> Iterator[File]:
    path, _, query = sample.path.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    request = Request(sample.method, path, Headers(sample.headers), pairs, path, sample.body)
    for one in submissions(sender(source.sender).read(request, source)):
        yield from one.files


def _completed(lead: Lead, source: Source) -> Lead:
    """A lead of which only an id arrives, with what the sandbox's vendors say of it; one that they
    don't know stays as it is."""
    known = httpx.Client(transport=httpx.WSGITransport(app=vendors.LeadVendors().app))
    with known as client, suppress(DeliveryError):
        complete = Completer(
            sources={source.name: source},
            secrets=lambda name: tuple(senders.secrets().get(name, ())),
            save=lambda _, add: add(lead),
            client=client,
            base_urls={
                "meta": f"http://vendors/{vendors.GRAPH_VERSION}",
                "linkedin": f"http://vendors/rest/{vendors.LINKED_IN_VERSION}",
            },
        )
        return complete(lead)
    return lead
