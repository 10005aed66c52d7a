"""What the bench gives MiniStack of an index is what the page that is asked for may have."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bench.quick_ministack import Entry, page_of

TIMES = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
entries = st.lists(
    st.sampled_from([*product(TIMES, ("lead#1", "lead#2", "lead#3"), ("lead", "crm#collect"))]),
    unique=True,
).map(sorted)
spans = st.lists(st.sampled_from(TIMES), min_size=2, max_size=2).map(sorted)


def read(all_of: list[Entry], request: dict[str, Any], size: int) -> list[Entry]:
    """Page by page, each judged as MiniStack does with what it is given."""
    first, last = (request["ExpressionAttributeValues"][name]["S"] for name in (":first", ":last"))
    forward, found = request["ScanIndexForward"], list[Entry]()
    while True:
        page = sorted(page_of(all_of, request, ["due_at"]), reverse=not forward)
        page = [one for one in page if first <= one[0] <= last and one not in found]
        found += page[:size]
        if len(page) < size:
            return found
        keys = dict(zip(("due_at", "pk", "sk"), page[size - 1], strict=True))
        request["ExclusiveStartKey"] = {name: {"S": value} for name, value in keys.items()}


@given(all_of=entries, span=spans, size=st.integers(1, 5), forward=st.booleans())
def test_page_by_page_all_of_a_span_is_read(
    *, all_of: list[Entry], span: list[str], size: int, forward: bool
) -> None:
    request = {
        "ExpressionAttributeValues": {":first": {"S": span[0]}, ":last": {"S": span[1]}},
        "ScanIndexForward": forward,
        "Limit": size,
    }
    wanted = [one for one in all_of if span[0] <= one[0] <= span[1]]
    assert read(all_of, request, size) == (wanted if forward else wanted[::-1])


def test_of_many_entries_a_page_gets_few() -> None:
    many = [(f"{number:05}", "lead#1", "lead") for number in range(10_000)]
    request: dict[str, Any] = {"ExpressionAttributeValues": {}, "Limit": 10}
    assert len(page_of(many, request, ["due_at"])) < 20
