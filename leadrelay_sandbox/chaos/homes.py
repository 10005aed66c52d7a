"""At whom a CRM's records are: each is a person's own, or hangs on one that is."""

from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay_sandbox.simulator import Record

_NAMES = (
    ("fullname",),
    ("firstname", "lastname"),
    ("name", "surname", "mother_surname"),
    ("de_name",),
)
_LINKS = (*("linkRecordId", "resourceid", "parent_id", "contact_id", "co_rowid_debtor", "debtor"),)
_LINKS_OF_FILES = ("recordId", "related_to")


class Homes:
    """What one CRM has."""

    def __init__(self, records: list[Record]) -> None:
        self._names = {record.id: name for record in records if (name := _name(record))}

    def name(self, record_id: str) -> str:
        """Whose a record is; "" if it tells no name."""
        return self._names.get(record_id, "")

    def home(self, record: Record) -> str:
        """The id of the record that it hangs on, else its own."""
        fields = dict(flat(record.fields))
        return next(
            (str(fields[link]) for link in (*_LINKS, *_LINKS_OF_FILES) if fields.get(link)),
            record.id,
        )


def sha256(record: Record) -> str:
    """Of the file that a record holds; "" for none."""
    return str(dict(flat(record.fields)).get("sha256") or "")


def _name(record: Record) -> str:
    fields = dict(flat(record.fields))
    for keys in _NAMES:
        if any(fields.get(key) for key in keys):
            return " ".join(str(fields.get(key) or "") for key in keys)
    return ""


def flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a record, and of the objects within."""
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield from flat(value)
        else:
            yield key, value
