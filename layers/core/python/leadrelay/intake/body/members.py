"""What the members of an object become, in whatever notation it was written."""

from typing import Any

_BUFFER = {"type", "data"}


def merge_members(pairs: list[tuple[str, Any]]) -> Any:
    """An object; the values of a repeated key become a list. Bytes that Node has printed are the
    text that they are."""
    merged = dict(pairs)
    if len(merged) < len(pairs):
        values: dict[str, list[Any]] = {}
        for key, value in pairs:
            values.setdefault(key, []).append(value)
        merged = {key: found[0] if len(found) == 1 else found for key, found in values.items()}
    return _buffered(merged) if merged.keys() == _BUFFER else merged


def _buffered(value: dict[str, Any]) -> Any:
    """{"type": "Buffer", "data": [74, 97]} is what JSON.stringify makes of a Buffer
    (nodejs.org/api/buffer.html, buf.toJSON)."""
    data = value["data"]
    if value["type"] != "Buffer" or not isinstance(data, list):
        return value
    try:
        return bytes(map(int, data)).decode()
    except (ValueError, TypeError):  # other numbers, or bytes that are no text
        return value
