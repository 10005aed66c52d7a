"""The TrackerRMS simulator: its routes, operations and switches."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Response, jsonify, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.trackerrms import changes, creates, lookups
from leadrelay_sandbox.trackerrms.access import USERNAME, Access
from leadrelay_sandbox.trackerrms.answers import INVALID, Refusal, verdict
from leadrelay_sandbox.trackerrms.call import Call
from leadrelay_sandbox.trackerrms.directory import Directory
from leadrelay_sandbox.trackerrms.envelope import opened
from leadrelay_sandbox.trackerrms.oauth import OAuth
from leadrelay_sandbox.trackerrms.shapes import SHAPES

OPERATIONS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "checkLogon": lookups.check_logon,
    "createContact": creates.create_contact,
    "createResource": creates.create_resource,
    "createResourceFromResume": creates.create_resource_from_resume,
    "createLead": creates.create_lead,
    "createOpportunity": creates.create_opportunity,
    "getRecords": lookups.get_records,
    "getIndividualRecord": lookups.get_individual_record,
    "getDocumentFolders": lookups.get_document_folders,
    "checkPerson": lookups.check_person,
    "getSettingsData": lookups.get_settings_data,
    "inboundCall": changes.inbound_call,
    "updateRecord": changes.update_record,
    "createActivity": changes.create_activity,
    "resourceApplication": changes.resource_application,
    "attachDocument": changes.attach_document,
    "addComplianceItem": changes.add_compliance_item,
}


class TrackerRmsSimulator(Simulator):
    """A tenant with one user, "api@example.com" with "sandbox-password"; API key
    "sandbox-api-key"; OAuth client secret "sandbox-client-secret", refresh token
    "sandbox-refresh-token", access token "sandbox-oauth-token".

    A saved record's fields are the request's nodes as sent ("instructions", "lead" …), without
    undocumented keys, whose paths are listed under "_ignored"; a file has "sha256" and "size" in
    place of its "data"; what updateRecord changed later is under "updates". People and companies
    made along with another record are found by the searches and are not listed on their own.
    """

    name = "trackerrms"
    # The documentation is silent on all of these; the default is the likelier behaviour.
    switches: ClassVar[dict[str, Any]] = {
        **Access.switches,
        **OAuth.switches,
        "malformed_status": 200,  # HTTP status for what isn't JSON: 200 with status 99, or 400
        "refuse_unknown_names": False,  # departments, sources … that the settings don't list
        "refuse_unknown_jobs": False,  # jobs that createOpportunity didn't make
        "record_id_on_status_3": False,  # True: the existing record's id, else 0
        "assign_on_status_3": False,  # True: the candidate goes onto the job's list all the same
        "parser": "looks",  # at a file's first bytes; or "accepts" or "refuses" every résumé
        "missing_on_write": 99,  # status for a write to a record that isn't there; 0 passes it
        "missing_on_read": 0,  # the same for getIndividualRecord
        "records_per_page": 100,  # without numrecords
        "count_is_total": False,  # getRecords' count: of all pages, else of this one
        "lists_activities": True,  # as code in use has it; False: getRecords refuses the type A
        "details": "object",  # or "list": `details: []`, as documented
        "no_results": [],  # what `results` is when nothing matches
        "first_record_of_nobody": None,  # checkPerson's firstRecord when nobody is known
    }

    def __init__(self) -> None:
        self.oauth = OAuth(self)
        self.access = Access(self, self.oauth)
        super().__init__()
        self._routes: dict[str, tuple[str, set[str], Callable[[], Response]]] = {}
        for operation in OPERATIONS:
            self._route(f"/api/widget/{operation}", {"POST"}, self._widget)
        self._route("/api/telephone/inboundCall", {"GET", "POST"}, self._telephone)
        self._route("/oAuth2/Authorize", {"GET"}, self.oauth.authorize)
        self._route("/oAuth2/Token", {"POST"}, self.oauth.token)
        self.app.add_url_rule(
            "/<path:path>", "vendor", self._dispatch, methods=["GET", "POST", "PUT", "DELETE"]
        )

    def reset(self) -> None:
        super().reset()
        self.directory = Directory()
        self.oauth.reset()

    def expire_tokens(self) -> None:
        """Make every OAuth access token handed out so far useless, as time would."""
        self.oauth.expire()

    def operation(self) -> str:
        path = self._routes.get(_plain(request.path), (request.path,))[0]
        return path.rpartition("/")[2]

    def refusal(self, words: str) -> Response:
        return self._refused(self.operation(), Refusal(99, words))

    # -- routes ---------------------------------------------------------------------------

    def _route(self, path: str, methods: set[str], view: Callable[[], Response]) -> None:
        self._routes[_plain(path)] = (path, methods, view)

    def _dispatch(self, path: str) -> Response:
        """The server doesn't care for the case of a path; the documentation has one spelling."""
        if _plain(path) not in self._routes:
            self.violation(f"no such path: /{path}")
            raise NotFound
        documented, methods, view = self._routes[_plain(path)]
        if request.method not in methods:
            self.violation(f"{request.method} is not documented")
            raise MethodNotAllowed(methods)
        if request.path != documented:
            self.violation(f"the path is spelled {documented}")
        with self.lock:
            return view()

    def _telephone(self) -> Response:
        """The screen pop by URL, `?Source=…&Destination=…`; who may call it is undocumented."""
        for name in {"Source", "Destination"} ^ request.args.keys():
            self.violation(f"the query is to have Source and Destination, not more: {name}")
        given = {name.lower(): value for name, value in request.args.items()}
        if not {"source", "destination"} <= given.keys():
            return jsonify(verdict(99, INVALID))
        call = Call("inboundCall", USERNAME, {"instructions": given}, [], self, self.directory)
        return jsonify(changes.inbound_call(call))

    def _widget(self) -> Response:
        operation = self.operation()
        try:
            user, nodes, ignored = opened(self, operation, self.access)
            call = Call(operation, user, nodes, ignored, self, self.directory)
            return jsonify(OPERATIONS[operation](call))
        except Refusal as refusal:
            return self._refused(operation, refusal)

    def _refused(self, operation: str, refusal: Refusal) -> Response:
        shape = SHAPES.get(operation)
        nothing: dict[str, Any] = (
            {"recordId": 0, "recordName": ""} if shape and shape.names_record else {}
        )
        return jsonify(verdict(refusal.status, refusal.message, **nothing | refusal.more))


def _plain(path: str) -> str:
    return path.strip("/").lower()
