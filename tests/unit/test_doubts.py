"""What puts a submission aside, and what a page has to send so that it isn't."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.guards.doubts import RENDERED, doubts, render_token
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source

SHOWN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SECRETS = ("shared", "render:old", "render:new")
REQUEST = Request("POST", "/forms/x", Headers(), (), "https://api.example.com/forms/x", b"")


def source(**keys: Any) -> Source:
    known = {"name": "x", "kind": "form", "sender": "html", "deliver": ["trackerrms"]}
    return Source.model_validate(known | keys)


def nobody(url: str, form: object) -> Any:
    raise AssertionError("a provider was asked")


def doubt(
    fields: dict[str, str],
    asked: Source,
    *,
    after: timedelta = 10 * SECOND,
    secrets: tuple[str, ...] = SECRETS,
    test: bool = False,
) -> str | None:
    submission = Submission((("email", "jane@example.com"), *fields.items()), test=test)
    return doubts(submission, REQUEST, asked, secrets, SHOWN + after, nobody)


TIMED = source(min_fill="3s")


def rendered(secrets: tuple[str, ...] = SECRETS, asked: Source = TIMED) -> dict[str, str]:
    return {RENDERED: render_token(asked, secrets, SHOWN)}


def test_nothing_speaks_against_a_plain_form() -> None:
    assert doubt({}, source()) is None


def test_what_the_sender_calls_a_test_is_put_aside() -> None:
    assert doubt({}, source(), test=True) == "the sender calls it a test"
    assert doubt({}, source(deliver_tests=True), test=True) is None


@pytest.mark.parametrize(("value", "is_bot"), [("spam", True), ("", False), (" \n", False)])
def test_a_filled_honeypot_is_a_bots(value: str, *, is_bot: bool) -> None:
    assert bool(doubt({"website_url": value}, source(honeypot="website_url"))) is is_bot


def test_who_takes_the_time_to_fill_in_passes() -> None:
    assert doubt(rendered(), TIMED, after=3 * SECOND) is None
    assert doubt(rendered(), TIMED, after=timedelta(days=2)) is None


@pytest.mark.parametrize("milliseconds", [-500, 0, 1, 2999])
def test_who_fills_in_faster_than_people_can_is_put_aside(milliseconds: int) -> None:
    reason = doubt(rendered(), TIMED, after=timedelta(milliseconds=milliseconds))
    assert reason == f"filled in within {milliseconds / 1000:.1f} s"


def test_a_token_does_not_serve_for_ever() -> None:
    reason = doubt(rendered(), TIMED, after=timedelta(days=2, milliseconds=1))
    assert reason == f"{RENDERED} is 2 days old"


def test_a_page_that_sends_no_token_is_put_aside() -> None:
    assert doubt({}, TIMED) == f"{RENDERED} is missing"


def test_a_token_that_was_made_up_is_put_aside() -> None:
    token = rendered()[RENDERED]
    shown, _, signature = token.partition(".")
    earlier = f"{int(shown) - 60_000}.{signature}"
    other = rendered(asked=source(name="y", min_fill="3s"))[RENDERED]
    forged = rendered(("render:guess",))[RENDERED]
    for made_up in (earlier, other, forged, signature, shown, ".", "٣.é", "\ud800", token + "0"):
        assert doubt({RENDERED: made_up}, TIMED) == f"{RENDERED} is not ours", made_up


def test_both_secrets_count_while_one_is_being_rotated() -> None:
    for one in ("render:old", "render:new"):
        assert doubt(rendered((one,)), TIMED) is None


def test_without_a_secret_nothing_can_be_checked_and_nothing_is_lost() -> None:
    assert "can't be checked" in (doubt(rendered(), TIMED, secrets=("shared",)) or "")
    with pytest.raises(Rejected, match="404"):
        render_token(TIMED, ("shared",), SHOWN)
