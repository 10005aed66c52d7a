"""Errors say what happens next, and keep the CRM's words away from the log."""

import pytest

from leadrelay import errors
from leadrelay.errors import (
    DeliveryError,
    LeadrelayError,
    Misconfigured,
    Refused,
    Rejected,
    Retryable,
    SourceBroken,
    Unavailable,
    Undecidable,
    Unknown,
)

DELIVERY = [Retryable, Unknown, Refused, Misconfigured]


def test_the_tree_in_the_docstring_is_the_tree_there_is() -> None:
    lines = (errors.__doc__ or "").splitlines()
    drawn = {line.partition("── ")[2].split()[0] for line in lines if "── " in line}
    there = {
        cls.__name__
        for cls in (*LeadrelayError.__subclasses__(), *DELIVERY, SourceBroken, Undecidable)
    }
    assert drawn == there
    assert set(DeliveryError.__subclasses__()) == set(DELIVERY)


@pytest.mark.parametrize("error", DELIVERY)
def test_the_crm_s_words_are_for_the_ledger_only(error: type[DeliveryError]) -> None:
    raised = error("HTTP 400", words="jane@example.com is no customer")
    assert raised.reason == "HTTP 400: jane@example.com is no customer"
    assert "jane" not in f"{raised} {raised!r} {raised.args}"
    assert error("HTTP 400").reason == "HTTP 400"


def test_a_rejection_tells_the_log_less_than_the_sender() -> None:
    raised = Rejected(413, "Too large", "Send at most 9 bytes.")
    assert str(raised) == "413 Too large"
    assert (raised.status, raised.title, raised.detail) == (
        413,
        "Too large",
        "Send at most 9 bytes.",
    )


def test_an_outage_of_ours_is_nobody_s_delivery_error() -> None:
    assert not issubclass(Unavailable, DeliveryError)


def test_a_retry_carries_what_the_crm_asked_for() -> None:
    asked = Retryable("HTTP 429", after=30.0, throttled=True)
    plain = Retryable("HTTP 503")
    assert (asked.after, asked.throttled) == (30.0, True)
    assert (plain.after, plain.throttled) == (None, False)
