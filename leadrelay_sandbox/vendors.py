"""Meta's Graph API and LinkedIn's Lead Sync API, as far as they tell what a lead said.

Strict: the right token, version and id, or the vendor's own error. The leads are those that the
sample notifications tell of.
"""

from typing import Any

from flask import Response, jsonify, request

from leadrelay_sandbox.simulator import Simulator

PAGE_TOKEN, ACCESS_TOKEN = "sandbox-meta-page-token", "sandbox-linkedin-access-token"
GRAPH_VERSION, LINKED_IN_VERSION = "v21.0", "202606"

_PEOPLE = {
    "444000000000000001": ("Kim Sampleton", "kim.sampleton@example.com", "+442079460777"),
    "444000000000000002": ("Luca Esempio", "luca.esempio@example.com", "+442079460778"),
    "444000000000000003": ("Nora Mustermann", "nora.mustermann@example.com", "+442079460779"),
}
_RESPONSE = "00000000-0000-4000-8000-000000000001-1"
_QUESTIONS = (
    (101, "FIRST_NAME", "First name", "Alex"),
    (102, "LAST_NAME", "Last name", "Placeholder"),
    (103, "EMAIL", "Email address", "alex.placeholder@example.com"),
    (104, None, "Which role interests you?", "Site manager"),
)


class LeadVendors(Simulator):
    """GET /v21.0/<leadgen id>, and GET /rest/leadFormResponses/<id>."""

    name = "vendors"

    def __init__(self) -> None:
        super().__init__()
        self.test = False  # whether LinkedIn calls its lead a test
        self.app.add_url_rule("/<version>/<lead_id>", view_func=self._lead)
        self.app.add_url_rule("/rest/leadFormResponses/<response_id>", view_func=self._response)

    def operation(self) -> str:
        return request.path.rpartition("/")[0]

    def _lead(self, version: str, lead_id: str) -> tuple[Response, int]:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if version != GRAPH_VERSION:
            return _graph_error(2635, "You are calling a deprecated version", 400)
        if (request.args.get("access_token") or given) != PAGE_TOKEN:
            return _graph_error(190, "Invalid OAuth access token", 401)
        if lead_id not in _PEOPLE:
            message = "Object does not exist, or cannot be loaded due to missing permissions"
            return _graph_error(100, message, 400, subcode=33)
        name, email, phone = _PEOPLE[lead_id]
        answers = {
            "full_name": name,
            "email": email,
            "phone_number": phone,
            "which_role_interests_you?": "Site manager",
        }
        return jsonify(
            id=lead_id,
            created_time="2026-03-02T09:29:57+0000",
            field_data=[{"name": key, "values": [value]} for key, value in answers.items()],
        ), 200

    def _response(self, response_id: str) -> tuple[Response, int]:
        if request.headers.get("Authorization") != f"Bearer {ACCESS_TOKEN}":
            return _linked_in_error(401, 65600, "Invalid access token")
        if request.headers.get("LinkedIn-Version") != LINKED_IN_VERSION:
            return _linked_in_error(426, 0, "Requested version is not active")
        if request.headers.get("X-Restli-Protocol-Version") != "2.0.0":
            self.violation("X-Restli-Protocol-Version is not 2.0.0")
        if response_id != _RESPONSE:
            return _linked_in_error(404, 0, "Lead form response not found")
        return jsonify(
            submittedAt=1772443797000,
            testLead=self.test,
            formResponse={
                "answers": [
                    {
                        "questionId": number,
                        "answerDetails": {"textQuestionAnswer": {"answer": text}},
                    }
                    for number, _, _, text in _QUESTIONS
                ],
                "consentResponses": [{"consentId": 7, "accepted": True}],
            },
            form={
                "name": "Spring campaign",
                "hiddenFields": [{"name": "utm_source", "value": "linkedin"}],
                "content": {"questions": [_question(*one[:3]) for one in _QUESTIONS]},
            },
        ), 200


def _question(number: int, predefined: str | None, words: str) -> dict[str, Any]:
    known = {"predefinedField": predefined} if predefined else {}
    return {
        "questionId": number,
        "name": words,
        "question": {"localized": {"en_US": words}},
        "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
        **known,
    }


def _graph_error(
    code: int, message: str, status: int, *, subcode: int | None = None
) -> tuple[Response, int]:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return jsonify(error=error), status


def _linked_in_error(status: int, code: int, message: str) -> tuple[Response, int]:
    return jsonify(status=status, serviceErrorCode=code, message=message), status
