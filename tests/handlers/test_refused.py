"""What is refused is kept, told once, and taken in once what was wrong is mended."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.receive_call import app as call_app
from functions.receive_form import app as form_app
from functions.receive_resume import app as resume_app
from leadrelay.errors import Unavailable
from leadrelay.intake.keeping.refused import AGAIN, BUDGET_KB, LEAST_KB, Refusals
from leadrelay.intake.receive import Intake
from leadrelay.lead import timestamp
from leadrelay.signing.samples import Sample, read_sample
from leadrelay.sources import Source
from leadrelay_ops.send import signed_anew
from leadrelay_sandbox import senders
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import ROOT, aws, proxy_event
from tests.handlers.conftest import SOURCE, Ledger

APPS: Mapping[str, Any] = {"form": form_app, "call": call_app, "resume": resume_app}
SOURCES = senders.sources()
API = "https://api.example.com"


def has_secret(sample: Sample) -> bool:
    source = SOURCES.get(sample.source)
    return source is not None and sample.source in senders.secrets() and not source.unverified


# of each sender whose requests are proved one that is news of a lead
SAMPLES = {
    SOURCES[sample.source].sender: sample
    for sample in map(read_sample, sorted((ROOT / "events").glob("*.http")))
    if has_secret(sample) and "challenge" not in sample.path.lower()
}


def of(source: Source, now: datetime, secrets: Mapping[str, Any]) -> Intake:
    def known(name: str) -> tuple[str, ...]:
        given = secrets.get(name, "none of its secrets")
        return (given,) if isinstance(given, str) else tuple(given)

    intake: Intake = APPS[source.kind].intake
    return replace(intake, sources=SOURCES, secrets=known, now=lambda: now)


def kept() -> dict[str, dict[str, Any]]:
    bucket = ENVIRONMENT["FILES_BUCKET"]
    listed = aws("s3").list_objects_v2(Bucket=bucket, Prefix="refused/").get("Contents", ())
    return {
        one["Key"]: json.loads(aws("s3").get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
        for one in listed
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_wrong_secret_costs_no_lead(name: str, ledger: Ledger) -> None:
    now, sample = datetime.now(UTC), signed_anew(SAMPLES[name], API)
    source = SOURCES[sample.source]
    event = {**proxy_event(sample), "leadrelay": "of no sender"}
    told: list[str] = []
    wrong = of(source, now, {})
    refusals = replace(_refusals(wrong), report=lambda outcome, **_: told.append(outcome))
    for _ in range(2):
        answer = replace(wrong, refusals=refusals).receive(event, source.kind)
        assert int(str(answer["statusCode"])) >= 400
    assert told == ["refused.new", "refused.kept"]
    assert ledger.items("lead") == []
    (first, _) = kept().values()
    assert first == {"received_at": timestamp(now), "event": event}
    later = of(source, now + timedelta(days=3), senders.secrets())
    again = later.receive({**first["event"], AGAIN: first["received_at"]}, source.kind)
    assert int(str(again["statusCode"])) < 400, again["body"]
    ids = {one["pk"] for one in ledger.items("lead")}
    of(source, now, senders.secrets()).receive(event, source.kind)  # as it would have been
    assert ids
    assert {one["pk"] for one in ledger.items("lead")} == ids


def _refusals(intake: Intake) -> Refusals:
    assert intake.refusals
    return intake.refusals


def test_every_sender_that_proves_itself_is_tried() -> None:
    proved = {SOURCES[name].sender for name in senders.secrets() if name in SOURCES}
    assert proved - set(SAMPLES) == set()


# -- the budget -------------------------------------------------------------------------------


class Bucket:
    """And the counter beside it."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.counted = 0
        self.sums: dict[str, dict[str, int]] = {}
        self.told: list[str] = []

    def refusals(self) -> Refusals:
        """Of one function."""
        return Refusals(
            put=lambda key, _: self.keys.append(key),
            add=self.add,
            report=lambda outcome, **_: self.told.append(outcome),
        )

    def add(self, key: str, amounts: Mapping[str, int], _: datetime) -> Mapping[str, int]:
        self.counted += 1
        sums = self.sums.setdefault(key, {})
        for name, amount in amounts.items():
            sums[name] = sums.get(name, 0) + amount
        return {name: sums[name] for name in amounts}


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MOST = BUDGET_KB // LEAST_KB


def test_a_flood_costs_the_budget_and_no_more() -> None:
    bucket = Bucket()
    functions = [bucket.refusals() for _ in range(5)]
    for number in range(10_000):
        functions[number % 5].keep({"body": "x"}, SOURCE, "401 Wrong signature", NOW)
    assert len(bucket.keys) == MOST
    assert bucket.counted == MOST + len(functions)
    assert bucket.told.count("refused.new") == 1
    functions[0].keep({}, SOURCE, "401 Wrong signature", NOW + timedelta(days=1))
    assert len(bucket.keys) == MOST + 1


def test_large_requests_use_the_budget_up_sooner() -> None:
    bucket = Bucket()
    refusals = bucket.refusals()
    for _ in range(10):
        refusals.keep({"body": "x" * 5_000_000}, SOURCE, "413 Too large", NOW)
    assert len(bucket.keys) == 4


def test_without_its_counter_it_keeps_as_many_in_each_function() -> None:
    bucket = Bucket()

    def gone(*_: object) -> Mapping[str, int]:
        raise Unavailable("ledger: gone")

    refusals = replace(bucket.refusals(), add=gone)
    for _ in range(3_000):
        refusals.keep({}, SOURCE, "503 not available", NOW)
    assert len(bucket.keys) == MOST


def test_that_it_cant_be_kept_changes_no_answer() -> None:
    bucket = Bucket()

    def gone(*_: object) -> None:
        raise Unavailable("files: gone")

    replace(bucket.refusals(), put=gone).keep({}, SOURCE, "400 Empty form", NOW)
    assert bucket.told == ["refused.unkept"]


def test_what_is_accepted_asks_for_nothing_more(ledger: Ledger) -> None:
    bucket = Bucket()
    sample = read_sample(ROOT / "events/form-fetch-json.http")
    intake = replace(form_app.intake, sources=SOURCES, refusals=bucket.refusals())
    answer = intake.receive(proxy_event(sample), "form")
    assert answer["statusCode"] == 200
    assert (bucket.counted, bucket.keys) == (0, [])
    assert len(ledger.items("lead")) == 1


def test_of_an_unknown_source_nothing_is_kept() -> None:
    bucket = Bucket()
    sample = replace(read_sample(ROOT / "events/form-fetch-json.http"), path="/forms/nobody")
    intake = replace(form_app.intake, sources=SOURCES, refusals=bucket.refusals())
    assert intake.receive(proxy_event(sample), "form")["statusCode"] == 404
    assert (bucket.counted, bucket.keys) == (0, [])
