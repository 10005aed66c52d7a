"""What is answered 200 and kept nowhere leaves a trace."""

from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.receive import Intake
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.gateway import proxy_event

TABLE = 'kind = "{kind}"\nsender = "{sender}"\ndeliver = ["collect"]\nunverified = true'


def unreachable(*_: object, **__: object) -> Any:
    raise AssertionError("nothing is to be kept")


@pytest.mark.parametrize(
    ("kind", "sender", "body", "event"),
    [
        ("call", "vonage", '{"status": "transfer", "uuid": "1"}', "transfer"),
        ("call", "zoom_phone", '{"event": "meeting.started"}', "meeting.started"),
        ("call", "ringcentral", '{"event": "/restapi/v1.0/presence"}', "/restapi/v1.0/presence"),
        ("call", "yeastar", '{"type": 30005}', "event 30005"),
        ("call", "46elks", '{"callid": "1", "from": "204"}', "a call among colleagues"),
        ("call", "aircall", '{"resource": "user", "event": "user.\\n<b>created"}', "user.bcreated"),
        ("form", "meta", '{"entry": [{"changes": [{"field": "feed"}]}]}', "feed"),
    ],
)
def test_an_event_that_is_no_lead_is_reported(
    kind: str, sender: str, body: str, event: str
) -> None:
    reports: list[tuple[str, dict[str, object]]] = []
    intake = Intake(
        sources=read_sources("[s]\n" + TABLE.format(kind=kind, sender=sender)),
        secrets=lambda _: (),
        keeper=Keeper(
            accept=unreachable,
            enrich=unreachable,
            release=unreachable,
            queue=unreachable,
            report=unreachable,
        ),
        report=lambda outcome, **facts: reports.append((outcome, facts)),
        count=lambda _key, _forget_at: 1,
        max_body_bytes=1000,
        now=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )
    headers = {"Content-Type": "application/json"}.items()
    request = proxy_event("POST", f"/{kind}s/s", headers, body.encode())
    assert intake.receive(request, kind=kind)["statusCode"] == 200
    assert reports == [("request.ignored", {"source": "s", "sender": sender, "event": event})]
