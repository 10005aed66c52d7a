"""On the deployed twin: a lead's story, the id that its answer carries, and its end."""

import uuid
from collections.abc import Callable

import httpx

from ops import people
from ops.erase import eraser_of
from ops.stack import Stack
from ops.trace import read_story


def test_a_lead_s_story_is_kept_and_ends_with_its_erasure(
    stack: Stack, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    email = f"{uuid.uuid4().hex[:12]}@example.com"
    fields = {"name": "Jo Story", "email": email, "message": "Hi"}
    answers = [httpx.post(f"{stack.api_url}/forms/contact-us", data=fields) for _ in range(2)]
    assert [answer.json()["duplicate"] for answer in answers] == [False, True]

    def story() -> list[str]:
        (found,) = people.find(stack, email)
        told = read_story(stack, found)
        assert told.correlation_id == answers[0].headers["X-Correlation-Id"]
        return [event.name for event, _ in told.events]

    eventually(lambda: "delivered" in story())
    assert story()[0] == "received"
    assert {"queued", "duplicate"} < set(story())
    (found,) = people.find(stack, email)
    erased = eraser_of(stack).erase(found.lead.id, by="a test")
    assert erased
    assert [one.record_id for one in erased.remains if one.crm == "trackerrms"] == [
        found.deliveries["trackerrms"].record_id
    ]
    assert people.find(stack, email) == []
    assert list(eraser_of(stack).proof(email=email)) != []
