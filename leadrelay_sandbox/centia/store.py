"""The records of this centiaCRM: kept, filtered, paged and shown as its methods ask."""

import math
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

from leadrelay_sandbox.centia.fixtures import LISTS, RECORDS, Row
from leadrelay_sandbox.centia.table import read_date

DEFAULT_PAGE_SIZE = 500

_EQUAL = {
    "company_id": "company_id",
    "user_id": "user_id",
    "status": "status",
    "contact_type": "prospect_type",
    "operation_type": "operation_type",
}
_AMONG = {
    "company_type": "type_id",
    "company_industry": "industry_id",
    "origin_id": "origin_id",
    "contact_origin": "origin_id",
    "title_id": "title_id",
    "position_id": "position_id",
    "department_id": "department_id",
    "stage": "stage_id",
}
_DATES = ("created_at", "estimated_end_at", "closed_at")
_SEARCHED = ("name", "surname", "mother_surname", "billing_name", "title", "email")
_ONLY_WITH = {
    "with_addresses": ("shipping_address", "billing_address"),
    "with_inputs": ("inputs",),
    "with_products": ("products",),
}


class Store:
    def __init__(self) -> None:
        self.rows = {
            kind: {row["id"]: row for row in deepcopy(rows)} for kind, rows in RECORDS.items()
        }

    def add(self, kind: str, values: Mapping[str, Any]) -> Row:
        number = max(self.rows[kind], default=100) + 1
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        row = {"id": number, **values, "created_at": now}
        if kind == "companies":
            row["client_number"] = f"C-{number}"
        if kind == "opportunities":
            row |= {"status": "active", "closed_at": None}
            row["estimated_end_at"] = str(read_date(row["estimated_end_at"], "DD/MM/YY"))
        self.rows[kind][number] = row
        return row

    def first(self, kind: str, asked: Mapping[str, Any]) -> Row | None:
        """The oldest record with this `search_value`, upper and lower case alike."""
        key = asked.get("search_by", "id")
        wanted = str(asked.get("search_value", asked.get("opportunity_id"))).casefold()
        for row in self.rows[kind].values():
            if str(row.get(key, "")).casefold() == wanted and self._matches(row, asked):
                return row
        return None

    def page(self, kind: str, asked: Mapping[str, Any]) -> Row:
        """{total, current_page, last_page, <kind>}; a page past the last one is empty."""
        found = [row for row in self.rows[kind].values() if self._matches(row, asked)]
        size, number = asked.get("pagination", DEFAULT_PAGE_SIZE), asked.get("page", 1)
        shown = found[(number - 1) * size : number * size]
        return {
            "total": len(found),
            "current_page": number,
            "last_page": max(1, math.ceil(len(found) / size)),
            kind: self.show(shown, asked),
        }

    def show(self, rows: Iterable[Row], asked: Mapping[str, Any]) -> list[Row]:
        """Rows with what the `with_…` parameters ask for, and without the rest of that."""
        hidden = {key for flag, keys in _ONLY_WITH.items() if not asked.get(flag) for key in keys}
        return [
            {key: value for key, value in row.items() if key not in hidden}
            | self._related(row, asked)
            for row in rows
        ]

    def _related(self, row: Row, asked: Mapping[str, Any]) -> Row:
        related: Row = {}
        if asked.get("with_contacts"):
            contacts = self.rows["contacts"].values()
            related["contacts"] = [one for one in contacts if one["company_id"] == row["id"]]
        if asked.get("with_user"):
            users = LISTS["Profiles.GetUsers"]
            related["user"] = next(user for user in users if user["id"] == row["user_id"])
        for flag, name, others in (
            ("with_company", "company", "companies"),
            ("with_contact", "contact", "contacts"),
        ):
            if asked.get(flag):
                related[name] = self.rows[others][row[f"{name}_id"]]
        if asked.get("with_inputs"):
            related["inputs"] = row.get("inputs", {})
        return related

    def _matches(self, row: Row, asked: Mapping[str, Any]) -> bool:
        return (
            all(row.get(key) == asked[name] for name, key in _EQUAL.items() if name in asked)
            and all(
                self._field(row, key) in asked[name]
                for name, key in _AMONG.items()
                if name in asked
            )
            and all(_within_days(row.get(key), asked[key]) for key in _DATES if key in asked)
            and ("value" not in asked or _within(row["value"], asked["value"]))
            and _has_words(row, asked.get("query", ""))
        )

    def _field(self, row: Row, key: str) -> Any:
        """An opportunity is filtered by the industry of its company, the origin of its contact."""
        if "stage_id" not in row or key == "stage_id":
            return row.get(key)
        kind, link = {
            "industry_id": ("companies", "company_id"),
            "origin_id": ("contacts", "contact_id"),
        }[key]
        return self.rows[kind][row[link]].get(key)


def _within(value: float, span: Mapping[str, str]) -> bool:
    return float(span.get("from", "-inf")) <= value <= float(span.get("to", "inf"))


def _within_days(value: str | None, span: Mapping[str, str]) -> bool:
    if value is None:
        return not span
    first = read_date(span["from"], "DD/MM/YY") if "from" in span else date.min
    last = read_date(span["to"], "DD/MM/YY") if "to" in span else date.max
    return first <= date.fromisoformat(value[:10]) <= last


def _has_words(row: Row, query: str) -> bool:
    text = " ".join(str(row[key]) for key in _SEARCHED if row.get(key))
    return query.casefold() in text.casefold()
