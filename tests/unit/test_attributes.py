"""What the ledger keeps comes back as it was, and is what boto3 would write."""

from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.ledger.attributes import from_attribute, to_attribute

_WHOLE = st.integers(-(10**37), 10**37)
_ONE = st.none() | st.booleans() | _WHOLE | st.text() | st.frozensets(st.text(), min_size=1)
VALUES = st.recursive(_ONE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert from_attribute(to_attribute(value)) == value


@given(VALUES)
def test_it_is_written_as_boto3_writes_it(value: Any) -> None:
    assert _sorted(to_attribute(value)) == _sorted(TypeSerializer().serialize(value))


@pytest.mark.parametrize("value", [1.5, b"x", set(), object(), [2.5]])
def test_what_the_ledger_never_has_is_a_mistake_of_ours(value: Any) -> None:
    with pytest.raises(TypeError, match="keeps no"):
        to_attribute(value)


def test_nor_does_it_read_what_it_never_writes() -> None:
    with pytest.raises(TypeError, match="keeps no B"):
        from_attribute({"B": b"x"})


def _sorted(value: Any) -> Any:
    """A set's order isn't said."""
    match value:
        case {"SS": texts}:
            return {"SS": sorted(texts)}
        case dict():
            return {name: _sorted(one) for name, one in value.items()}
        case list():
            return [_sorted(one) for one in value]
    return value
