"""A lead of a LinkedIn form, from the Lead Sync API.

learn.microsoft.com/linkedin/marketing/lead-sync/leadsync
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from leadrelay.errors import DeliveryError, Retryable
from leadrelay.fetch import ask
from leadrelay.intake.body import documents
from leadrelay.intake.senders import Submission
from leadrelay.intake.senders.linkedin import ACCESS_TOKEN

# The questions come along with the answers, so that one request is enough.
_FIELDS = "formResponse,submittedAt,testLead,form:(hiddenFields,name,content)"


def fetch(client: httpx.Client, base_url: str, lead_id: str, secrets: Sequence[str]) -> Submission:
    """What somebody filled in. The last part of `base_url` is the version of the API, which
    LinkedIn wants in a header. Raises Retryable, Refused."""
    url, _, version = base_url.rpartition("/")
    headers = {
        "Authorization": f"Bearer {ask.token(ACCESS_TOKEN, secrets)}",
        "LinkedIn-Version": version,
        "X-Restli-Protocol-Version": "2.0.0",
    }
    own_id = lead_id.rpartition(":")[2]  # urn:li:leadGenFormResponse:<id>
    address = f"{url}/leadFormResponses/{own_id}?fields={_FIELDS}"
    document = ask.get(client, address, headers=headers, judge=_judge)
    test = document.get("testLead") is True
    return documents.submission(_answers(document), document, test=test)


def _judge(response: httpx.Response) -> DeliveryError:
    if response.status_code == 426:
        message = "LinkedIn no longer serves this version: deploy with a newer LinkedInUrl"
        return Retryable(message, words=response.text[:500])
    return ask.judge(response)


def _answers(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    form = documents.table(document.get("form"))
    content = documents.table(form, "content")
    asked = {
        documents.text(question.get("questionId")): question
        for question in documents.rows(content.get("questions"))
    }
    given = documents.table(document.get("formResponse"))
    for answer in documents.rows(given.get("answers")):
        number = documents.text(answer.get("questionId"))
        question = asked.get(number, {})
        yield _name(question) or f"question {number}", _text(answer, question)
    for consent in documents.rows(given.get("consentResponses")):
        yield (
            f"consent {documents.text(consent.get('consentId'))}",
            documents.text(consent.get("accepted")),
        )
    for hidden in documents.rows(form.get("hiddenFields")):
        yield documents.text(hidden.get("name")), documents.text(hidden.get("value"))


def _name(question: Mapping[str, Any]) -> str:
    """FIRST_NAME and the like say what a question means; else its own words do."""
    predefined = documents.text(question.get("predefinedField")).lower()
    if predefined == "linkedin_profile_link":
        return "linkedin"
    localized = documents.table(question.get("question"), "localized")
    return predefined or documents.text(question.get("name")) or documents.text(localized)


def _text(answer: Mapping[str, Any], question: Mapping[str, Any]) -> str:
    """What was written, or the texts of what was chosen."""
    details = documents.table(answer.get("answerDetails"))
    if written := documents.text(documents.table(details, "textQuestionAnswer").get("answer")):
        return written
    offered = documents.table(question.get("questionDetails"), "multipleChoiceQuestionDetails")
    texts = {
        documents.text(option.get("id")): documents.text(
            documents.table(option.get("text"), "localized")
        )
        for option in documents.rows(offered.get("options"))
    }
    chosen = documents.table(details, "multipleChoiceAnswer").get("options")
    numbers = [documents.text(one) for one in chosen] if isinstance(chosen, list) else []
    return ", ".join(texts.get(number) or number for number in numbers)
