"""The story that an item keeps: small, in order, and ours alone to tell."""

from datetime import UTC, datetime, timedelta
from typing import Any

from leadrelay.ledger.history import MOST, SPENT, happened, read_history

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def item(*history: dict[str, Any], sk: str = "crm#trackerrms", **more: Any) -> dict[str, Any]:
    return {"pk": "lead#1", "sk": sk, "history": list(history), **more}


def test_an_entry_says_what_happened_when_and_only_what_is_known() -> None:
    entry = happened("retry", NOW, attempt=2, error="Retryable", message="", link=None)
    assert entry == {
        "at": "2026-03-02T09:30:00.000Z",
        "event": "retry",
        "attempt": 2,
        "error": "Retryable",
    }


def test_an_entry_is_never_long() -> None:
    assert len(happened("retry", NOW, message="x" * 5000)["message"]) == 300


def test_what_goes_from_a_long_story_is_neither_its_beginning_nor_its_end() -> None:
    kept = set(range(MOST + 1)) - set(SPENT)
    assert {0, 1, MOST - 1, MOST} < kept
    assert len(kept) < MOST


def test_an_item_without_a_story_has_none() -> None:
    assert list(read_history({"pk": "lead#1", "sk": "lead"})) == []


def test_a_delivery_s_events_name_their_crm_and_a_lead_s_do_not() -> None:
    (of_delivery,) = read_history(item(happened("queued", NOW)))
    (of_lead,) = read_history(item(happened("received", NOW), sk="lead"))
    assert (of_delivery.crm, of_lead.crm) == ("trackerrms", None)


def test_a_replay_stands_where_it_happened() -> None:
    replay = {"at": happened("", NOW + SECOND)["at"], "who": "jo", "why": "mended", "edited": []}
    parked, started = happened("parked", NOW), happened("started", NOW + 2 * SECOND)
    events = list(read_history(item(parked, started, replays=[replay])))
    assert [event.name for event in events] == ["parked", "replayed", "started"]
    assert events[1].facts == {"who": "jo", "why": "mended", "edited": []}
