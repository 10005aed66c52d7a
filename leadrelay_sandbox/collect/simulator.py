"""Collect!'s REST API of version 13 (collect.org/cv13/Help/howtousetherestapi.html).

Here are plans, reports, files, forms and the websocket; `gate.py` lists the switches.
"""

from flask import Response, jsonify, request

from leadrelay_sandbox.collect import files, running
from leadrelay_sandbox.collect.data import DataEndpoints
from leadrelay_sandbox.collect.forms import FORMS
from leadrelay_sandbox.collect.plans import PLANS
from leadrelay_sandbox.collect.refused import Refused, breach
from leadrelay_sandbox.collect.sockets import Hijacked, Sockets, accept

_APP = "/api/v1/collect/app"


class CollectSimulator(DataEndpoints):
    def __init__(self) -> None:
        super().__init__()
        self.sockets = Sockets()
        for upgrade in (True, False):  # Werkzeug routes a handshake apart from a plain GET
            self.app.add_url_rule("/websocket", "websocket", self._websocket, websocket=upgrade)
        self.route(f"{_APP}/runplan", "POST", "runplan", self._runplan)
        self.route(f"{_APP}/report", "POST", "report", self._report)
        self.route(f"{_APP}/upload", "POST", "upload", self._upload)
        self.route(f"{_APP}/download", "GET", "download", self._download)
        self.route("/api/v1/collect/ui/forms/<form_id>", "GET", "form", self._form)

    def reset(self) -> None:
        with self.lock:
            super().reset()
            self.folders: dict[tuple[str, str], set[str]] = {}

    def _runplan(self) -> Response:
        body = self.body(optional=True)
        with self.lock:
            code, record, rowid = running.plan(body, self.store)
        job = self.sockets.job(body.get("websocket-id"), self.switch)
        events = running.run(PLANS[code], job, self.violation)
        with self.lock:
            for event in events:
                link = {"co_rowid_debtor": rowid} if record == "debtor" else {}
                self.store.insert("contact", self.store.stage("contact", event | link, logic=True))
            self.save(rowid, f"runplan:{code}", {record: rowid, "events": events})
        return Response()

    def _report(self) -> Response:
        body = self.body(optional=True)
        with self.lock:
            prompts, wanted = running.report(body, self.store)
        job = self.sockets.job(body.get("websocket-id"), self.switch)
        running.run(prompts, job, self.violation)
        made = {"svg": '<svg xmlns="http://www.w3.org/2000/svg"/>', "csv": "File Number,Name\r\n"}
        return jsonify({form: made[form] for form in wanted})

    def _upload(self) -> Response:
        upload = files.read(request.headers.get("Content-Type", ""), request.get_data())
        record = "nx_operator" if upload.record == "operator" else upload.record
        with self.lock:
            row = self.store.get(record, upload.rowid)
            folder = self.folders.setdefault((record, upload.rowid), set())
            name = upload.name_beside(folder)
            folder.add(name)
            self.save(name, f"upload:{upload.record}", upload.values(name))
        number = int(row.get("de_number") or row.get("cl_number") or upload.rowid)
        return jsonify(recordType=upload.record, fileName=name, fileNumber=number)

    def _download(self) -> Response:
        asked = request.args.to_dict()
        if not {"record", "rowid"} <= asked.keys() <= {"record", "rowid", "field"}:
            raise breach("download takes record, rowid and field")
        with self.lock:
            row = self.store.get(asked["record"], asked["rowid"])
        name = row.get(asked.get("field", "at_file_2"))
        if not name:
            raise Refused(404, "There is no such file.")
        return Response(
            f"{name} of {asked['record']} {asked['rowid']}",
            headers=files.attachment(name),
            content_type="application/octet-stream",
        )

    def _form(self, form_id: str) -> Response:
        if form_id not in FORMS:
            raise Refused(404, "There is no such form.")
        return jsonify(FORMS[form_id])

    def _websocket(self) -> Response:
        connection = accept(request.environ, dict(request.headers))
        if connection is None:
            self.violation("not a websocket's opening handshake")
            return Response(status=426, headers={"Upgrade": "websocket"})
        self.sockets.converse(connection, self.violation)
        return Hijacked()
