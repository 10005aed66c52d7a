"""Records over HTTP: create, read, update, delete, counts and sub-records."""

from collections.abc import Iterable
from typing import Any

from flask import Response, jsonify, request

from leadrelay_sandbox.collect.gate import Gate
from leadrelay_sandbox.collect.reading import ATTESTED, LIKELY, kind, read
from leadrelay_sandbox.collect.refused import Refused, breach
from leadrelay_sandbox.collect.tables import NOTES_COLUMN, TABLES, Row, table, values

_ALL = "/api/v1/collect/data/<record>"
_ONE = f"{_ALL}/<rowid>"


class DataEndpoints(Gate):
    def __init__(self) -> None:
        super().__init__()
        self.route(_ALL, "POST", "create", self._create)
        self.route(_ALL, "GET", "read", self._read)
        self.route(_ONE, "GET", "read_one", self._read_one)
        self.route(_ONE, "PATCH", "update", self._update)
        self.route(_ONE, "DELETE", "delete", self._delete)
        self.route(f"{_ONE}/counts", "GET", "counts", self._counts)
        self.route(f"{_ONE}/<sub>", "GET", "sub_records", self._sub_records)

    def _check_notes(self, places: Iterable[str]) -> None:
        """No breach: nothing in print says that the column isn't there."""
        if not self.switch["notes_column"] and any(NOTES_COLUMN in place for place in places):
            raise Refused(400, f"There is no column {NOTES_COLUMN}.")

    def _values(self, record: str, given: Any) -> Row:
        row = values(record, given, self.violation, cut=self.switch["too_long"] == "cut")
        self._check_notes(row)
        self.store.check_links(record, row)
        return row

    def _create(self, record: str) -> Response:
        """Modes: 0 insert; 1 pre-logic and no insert; 2 pre-logic; 3 post-logic; 4 both."""
        table(record)
        body = self.body("business-logic", "data")
        mode = body["business-logic"]
        if type(mode) is not int or mode not in range(5):
            raise breach("business-logic must be a number from 0 to 4")
        with self.lock:
            row = self.store.stage(
                record, self._values(record, body["data"]), logic=mode in {1, 2, 4}
            )
            if mode != 1:
                row = self.store.insert(record, row)
                self.save(row[TABLES[record].rowid], f"create:{record}", dict(row))
            return jsonify(type=kind(record), data=row)

    def _read(self, record: str) -> Response:
        table(record)
        with self.lock:
            return self._list(record, list(self.store.rows[record].values()))

    def _list(self, record: str, rows: list[Row]) -> Response:
        self._check_notes(request.args.values())
        operators = ATTESTED | (LIKELY if self.switch["other_operators"] else {})
        found = read(self.store, record, rows, request.args.to_dict(), operators)
        answer: Any = found.rows
        if self.switch["data_form"] == "object" and len(answer) == 1:
            answer = answer[0]
        counts = {"numRecords": found.total, "numPages": found.pages}
        return jsonify(type=kind(record, **counts), data=answer)

    def _read_one(self, record: str, rowid: str) -> Response:
        with self.lock:
            row = self.store.get(record, rowid)
            asked = request.args.to_dict()
            self._check_notes(asked.values())
            if unknown := asked.keys() - {"fields", "join"}:
                raise breach(f"reading one record takes no {', '.join(sorted(unknown))}")
            found = read(self.store, record, [row], asked, ATTESTED)
            return jsonify(type=kind(record), data=found.rows[0] if found.rows else {})

    def _update(self, record: str, rowid: str) -> Response:
        with self.lock:
            row = self.store.get(record, rowid)
            changes = self._values(record, self.body("data")["data"])
            row |= changes
            self.save(rowid, f"update:{record}", dict(changes))
            return jsonify(type=kind(record), data=row)

    def _delete(self, record: str, rowid: str) -> Response:
        with self.lock:
            self.store.get(record, rowid)
            del self.store.rows[record][rowid]
            self.save(rowid, f"delete:{record}", {})
            return jsonify(type=kind(record))

    def _children(self, record: str, rowid: str, sub: str) -> list[Row] | None:
        """The rows of `sub` that hang on this record; None if that table hangs on another."""
        column = next((key for key, to in table(sub).links.items() if to == record), None)
        if column is None:
            return None
        return [row for row in self.store.rows[sub].values() if row.get(column) == rowid]

    def _counts(self, record: str, rowid: str) -> Response:
        with self.lock:
            self.store.get(record, rowid)
            children = {sub: self._children(record, rowid, sub) for sub in TABLES}
            counts = [
                {"table": sub, "count": len(rows)}
                for sub, rows in children.items()
                if rows is not None
            ]
            return jsonify(type=kind(record), data=counts)

    def _sub_records(self, record: str, rowid: str, sub: str) -> Response:
        with self.lock:
            self.store.get(record, rowid)
            rows = self._children(record, rowid, sub)
            if rows is None:
                raise Refused(404, f"A {record} has no {sub}.")
            return self._list(sub, rows)
