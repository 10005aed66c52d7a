"""What a transport failure or an HTTP status of a CRM means for a delivery."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm import http
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown

URL = "https://crm.example.com/api"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def answering(answer: httpx.Response | Exception) -> httpx.Client:
    def respond(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.Client(transport=httpx.MockTransport(respond))


def raised(answer: httpx.Response | Exception, *, writes: bool) -> DeliveryError:
    with answering(answer) as client, pytest.raises(DeliveryError) as caught:
        http.send(client, "POST", URL, writes=writes)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 204])
def test_an_answer_below_300_is_for_the_adapter_to_read(status: int) -> None:
    with answering(httpx.Response(status, text="ok")) as client:
        assert http.send(client, "POST", URL, writes=True).status_code == status


@pytest.mark.parametrize(
    ("status", "after_a_write", "after_a_read"),
    [
        (301, Misconfigured, Misconfigured),
        (400, Refused, Refused),
        (401, Misconfigured, Misconfigured),
        (403, Misconfigured, Misconfigured),
        (404, Refused, Refused),
        (408, Retryable, Retryable),
        (413, Refused, Refused),
        (429, Retryable, Retryable),
        (500, Unknown, Retryable),
        (502, Unknown, Retryable),
        (503, Retryable, Retryable),
        (504, Unknown, Retryable),
    ],
)
def test_a_status_says_what_happens_next(
    status: int, after_a_write: type[DeliveryError], after_a_read: type[DeliveryError]
) -> None:
    assert type(raised(httpx.Response(status), writes=True)) is after_a_write
    assert type(raised(httpx.Response(status), writes=False)) is after_a_read


@pytest.mark.parametrize(("status", "unsure"), [(408, True), (503, True), (429, False)])
def test_a_web_server_may_speak_for_a_crm_that_died_at_work(status: int, *, unsure: bool) -> None:
    for writes in (True, False):
        error = raised(httpx.Response(status), writes=writes)
        assert isinstance(error, Retryable)
        assert error.unsure == (unsure and writes)


@pytest.mark.parametrize(
    ("failure", "after_a_write", "after_a_read"),
    [
        (httpx.ConnectError("refused"), Retryable, Retryable),
        (httpx.ConnectTimeout("slow"), Retryable, Retryable),
        (httpx.PoolTimeout("busy"), Retryable, Retryable),
        (httpx.ReadTimeout("slow"), Unknown, Retryable),
        (httpx.WriteError("cut"), Unknown, Retryable),
        (httpx.RemoteProtocolError("cut"), Unknown, Retryable),
        (httpx.UnsupportedProtocol("gopher"), Misconfigured, Misconfigured),
    ],
)
def test_a_failure_after_a_write_went_out_is_in_doubt(
    failure: Exception, after_a_write: type[DeliveryError], after_a_read: type[DeliveryError]
) -> None:
    assert type(raised(failure, writes=True)) is after_a_write
    assert type(raised(failure, writes=False)) is after_a_read


def kinds(base: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


@pytest.mark.parametrize("kind", [*kinds(httpx.RequestError)])
@pytest.mark.parametrize("writes", [True, False])
def test_whatever_goes_wrong_on_the_way_is_told_as_a_delivery_s_error(
    kind: type[httpx.RequestError], *, writes: bool
) -> None:
    assert isinstance(raised(kind("?"), writes=writes), DeliveryError)


def test_an_answer_that_can_t_be_decoded_is_in_doubt() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Hello())

    with httpx.Client(transport=httpx.MockTransport(broken)) as client:
        with pytest.raises(Unknown):
            http.send(client, "POST", URL, writes=True)
        with pytest.raises(Retryable):
            http.send(client, "GET", URL, writes=False)


class Hello(httpx.SyncByteStream):
    """No gzip at all."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"hello"


@pytest.mark.parametrize(
    ("body", "error"), [("", Misconfigured), ("<h1>No", Misconfigured), ('{"success":0}', Refused)]
)
def test_one_url_that_is_not_there_is_a_mistake_in_the_secret(
    body: str, error: type[DeliveryError]
) -> None:
    with answering(httpx.Response(404, text=body)) as client, pytest.raises(error):
        http.send(client, "POST", URL, writes=True, one_url=True)


def test_a_base_url_that_is_none_is_a_mistake_in_the_secret() -> None:
    with answering(httpx.Response(200)) as client, pytest.raises(Misconfigured, match="base_url"):
        http.send(client, "POST", "https://[::1", writes=True)


@pytest.mark.parametrize("token", ["abc\n", "clé"])
def test_a_token_that_no_header_can_hold_is_a_mistake_in_the_secret(token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with answering(httpx.Response(200)) as client, pytest.raises(Misconfigured, match="secret"):
        http.send(client, "POST", URL, writes=True, headers=headers)


def test_only_being_busy_does_not_count_as_an_attempt() -> None:
    busy = raised(httpx.Response(429, headers={"Retry-After": "30"}), writes=True)
    down = raised(httpx.Response(503, headers={"Retry-After": "7"}), writes=True)
    assert isinstance(busy, Retryable)
    assert isinstance(down, Retryable)
    assert (busy.throttled, busy.after) == (True, 30.0)
    assert (down.throttled, down.after) == (False, 7.0)


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_the_crm_s_words_stay_out_of_the_message(status: int) -> None:
    error = raised(httpx.Response(status, text="jane@example.com?"), writes=True)
    assert (str(error), error.words) == (f"HTTP {status}", "jane@example.com?")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 02 Mar 2026 09:31:30 GMT", 90.0),
        ("Mon, 02 Mar 2026 10:31:30 +0100", 90.0),
        ("Mon, 02 Mar 2026 09:31:30", 90.0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0.0),  # gone by
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 02 Mar 2026 09:31:30 +99999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    response = httpx.Response(429, headers={"Retry-After": header})
    assert http.retry_after(response, NOW) == seconds


def test_without_retry_after_nothing_is_asked_for() -> None:
    assert http.retry_after(httpx.Response(429)) is None


@given(st.binary(max_size=60).map(lambda raw: raw.translate(None, b"\r\n\0")))
def test_no_retry_after_header_breaks_a_delivery(header: bytes) -> None:
    seconds = http.retry_after(httpx.Response(429, headers=[(b"retry-after", header)]), NOW)
    assert seconds is None or seconds >= 0


def test_a_date_is_measured_from_now() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    header = later.strftime("%a, %d %b %Y %H:%M:%S GMT")
    seconds = http.retry_after(httpx.Response(503, headers={"Retry-After": header}))
    assert seconds == pytest.approx(3600, abs=60)


def test_an_excerpt_is_one_short_line() -> None:
    response = httpx.Response(500, text="<h1>Oh\r\n\t no</h1>" + "x" * 5000)
    assert http.excerpt(response).startswith("<h1>Oh no</h1>xxx")
    assert len(http.excerpt(response)) == 500
    assert http.excerpt(response, limit=5) == "<h1>O"
    assert http.excerpt(httpx.Response(500)) == ""


@pytest.mark.parametrize("body", ["<html>", '{"half":', "[1]", '"text"', "null", "", "[" * 100_000])
@pytest.mark.parametrize(("writes", "error"), [(True, Unknown), (False, Retryable)])
def test_an_answer_that_is_no_json_object_is_lost(
    body: str, error: type[DeliveryError], *, writes: bool
) -> None:
    with pytest.raises(error) as caught:
        http.json_object(httpx.Response(200, text=body), writes=writes)
    assert not body or body not in str(caught.value)


def test_a_json_object_is_read() -> None:
    assert http.json_object(httpx.Response(200, text='{"id": 1}'), writes=True) == {"id": 1}


def test_a_client_follows_no_redirect_and_waits_for_no_one_for_ever() -> None:
    with http.client(3) as client:
        assert client.follow_redirects is False
        assert client.timeout == httpx.Timeout(http.READ_S, connect=http.CONNECT_S)
