"""What botocore is told: calls that end before their function does, uploads where S3 takes them."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest

from leadrelay.aws.clients import TRIES, client, session
from leadrelay.aws.files import Files
from leadrelay.errors import Unavailable
from leadrelay.ledger.table import Table
from leadrelay_sandbox.ledger import read_template

BACKOFF_S = 1  # of botocore's standard mode before the second try, at most


@pytest.fixture(autouse=True)
def no_session_of_others() -> Iterator[None]:
    session.cache_clear()
    yield
    session.cache_clear()


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"])
def test_a_browser_uploads_to_the_bucket_s_own_region_with_signature_4(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    offer = Files(client("s3"), "files-abc").offer_upload("careers", "LEAD", 1, 10_000_000)
    assert offer["url"] == f"https://files-abc.s3.{region}.amazonaws.com/"
    fields: dict[str, Any] = offer["fields"]
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert "x-amz-meta-filename" in fields  # a condition names it, so S3 refuses a form without it


def test_a_call_without_an_answer_ends_before_its_function_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            with suppress(OSError):  # the end
                while True:
                    tries.append(server.accept()[0])
                    tries[-1].close()

        Thread(target=hang_up, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        dynamodb = client("dynamodb")
        with pytest.raises(Unavailable):
            Table(dynamodb, "t").put_together([({"pk": "a", "sk": "b"}, {})])
    config = dynamodb.meta.config
    waits = len(tries) * (config.connect_timeout + config.read_timeout) + BACKOFF_S
    assert len(tries) == TRIES
    assert waits < read_template()["Globals"]["Function"]["Timeout"]


def test_no_call_carries_the_story_of_the_machine_it_comes_from() -> None:
    told: list[bytes] = []

    def see(request: Any, **_: Any) -> None:
        told.append(request.headers["User-Agent"])
        raise ConnectionError  # it goes nowhere

    dynamodb = client("dynamodb")
    dynamodb.meta.events.register("before-send", see)
    with pytest.raises(ConnectionError):
        dynamodb.list_tables()
    assert told[0].partition(b" PT/")[0] == b"leadrelay"  # Powertools adds its own, made once


def test_every_service_that_we_use_is_found_and_no_other_is_looked_for() -> None:
    used = {"dynamodb", "lambda", "s3", "secretsmanager", "sns", "sqs"}
    assert set(session().get_available_services()) == used
    assert {client(service).meta.service_model.service_name for service in used} == used
