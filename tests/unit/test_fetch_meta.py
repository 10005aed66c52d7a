"""What Meta and LinkedIn are asked, what their answers become, and what their refusals mean."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from leadrelay.errors import Refused, Retryable
from leadrelay.fetch.complete import Completer
from leadrelay.lead import Lead, lead_ref
from leadrelay.sources import Source
from leadrelay_sandbox.simulator import serve
from leadrelay_sandbox.vendors import ACCESS_TOKEN, PAGE_TOKEN, LeadVendors

GRAPH = "https://graph.facebook.com/v21.0"
IDS = {"leadgen_id": "444000000000000001", "page_id": "101000000000001", "form_id": "202"}
URN = {"leadGenFormResponse": "urn:li:leadGenFormResponse:00000000-0000-4000-8000-000000000001-1"}

type Answer = Callable[[httpx.Request], httpx.Response]


def source(sender: str, **keys: Any) -> Source:
    known = {"name": sender, "kind": "form", "sender": sender, "deliver": ["trackerrms"]}
    return Source.model_validate(known | {"default_region": "GB"} | keys)


def arrived(sender: str, ids: dict[str, str]) -> Lead:
    """A lead as its notification left it."""
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    own_id = "7Q2KX9BD00000000000000000A"
    return Lead(id=own_id, ref=lead_ref(own_id), source=sender, received_at=now, extra=ids)


class World:
    """A ledger of one lead, and a vendor that answers as it is told."""

    def __init__(self, client: httpx.Client, base_url: str, asking: Source, lead: Lead) -> None:
        self.lead = lead
        self.completer = Completer(
            sources={asking.name: asking},
            secrets=lambda _: self.secrets,
            save=self._save,
            client=client,
            base_urls={asking.sender: base_url},
        )
        self.secrets: tuple[str, ...] = ("app", f"page:{PAGE_TOKEN}", f"access:{ACCESS_TOKEN}")
        self.saved = 0
        self.erased = False

    def whole(self) -> Lead:
        return self.completer(self.lead)

    def _save(self, lead_id: str, add: Callable[[Lead], Lead]) -> Lead | None:
        assert lead_id == self.lead.id
        self.lead = add(self.lead)
        self.saved += 1
        return None if self.erased else self.lead


def meta(answer: Answer, **keys: Any) -> World:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return World(client, GRAPH, source("meta", **keys), arrived("meta", IDS))


def says(*fields: dict[str, Any], **members: Any) -> Answer:
    return lambda _: httpx.Response(200, json={"field_data": list(fields), **members})


def field(name: str, *values: str) -> dict[str, Any]:
    return {"name": name, "values": list(values)}


def fails(status: int, **error: Any) -> Answer:
    return lambda _: httpx.Response(status, json={"error": {"message": "M", **error}})


# -- as it should be --------------------------------------------------------------------------


def test_meta_is_asked_for_the_lead_with_the_token_in_a_header() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"field_data": [field("email", "kim@example.com")]})

    meta(answer).whole()
    (request,) = asked
    assert str(request.url) == f"{GRAPH}/{IDS['leadgen_id']}"
    assert request.headers["authorization"] == f"Bearer {PAGE_TOKEN}"


def test_what_was_filled_in_is_understood_like_a_form() -> None:
    answers = [
        field("full_name", "Kim Sampleton"),
        field("email", "Kim@Example.COM"),
        field("phone_number", "020 7946 0777"),
        field("which_role?", "Site manager", "Foreman"),
    ]
    lead = meta(says(*answers)).whole()
    assert (lead.full_name, lead.email, lead.phone) == (
        "Kim Sampleton",
        "Kim@example.com",
        "+442079460777",
    )
    assert lead.extra == {"which_role?": "Site manager, Foreman"}
    assert lead.technical == IDS


def test_the_sources_own_table_counts() -> None:
    lead = meta(says(field("q1", "Foreman")), fields={"job": "q1"}).whole()
    assert (lead.job, lead.extra) == ("Foreman", {})


def test_a_lead_is_fetched_once() -> None:
    world = meta(says(field("email", "kim@example.com")))
    first = world.whole()
    assert world.whole() == first
    assert world.saved == 1


def test_two_crms_at_once_make_the_same_of_it() -> None:
    """Both fetched before either saved."""
    world = meta(says(field("email", "kim@example.com")))
    incomplete = world.lead
    first = world.whole()
    assert world.completer(incomplete) == first


def test_a_lead_without_answers_is_whole_too() -> None:
    world = meta(says())
    assert world.whole().technical == IDS
    assert world.whole().extra == {}


@pytest.mark.parametrize("sender", ["html", "typeform"])
def test_other_leads_are_left_alone(sender: str) -> None:
    client = httpx.Client(transport=httpx.MockTransport(fails(500)))
    lead = arrived(sender, {"leadgen_id": "mine"})
    assert World(client, GRAPH, source(sender), lead).whole() is lead


def test_a_lead_of_a_source_that_is_gone_is_left_alone() -> None:
    lead = arrived("gone", IDS)
    assert World(httpx.Client(), GRAPH, source("meta"), lead).whole() is lead


# -- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason", "waits", "throttled"),
    [
        (fails(401, code=190), "Meta refuses the page's token (code 190)", True, False),
        (fails(403, code=200), "Meta refuses the page's token (code 200)", True, False),
        (fails(400, code=100, error_subcode=33), "Meta has no such lead", True, False),
        (fails(400, code=613), "Meta is asked too often (code 613)", False, True),
        (fails(400, code=80005), "Meta is asked too often (code 80005)", False, True),
        (fails(500, code=2), "Meta can't answer just now (code 2)", False, False),
        (fails(400, code=99, is_transient=True), "Meta can't answer just now", False, False),
        (lambda _: httpx.Response(502, text="<html>"), "(HTTP 502)", False, False),
        (lambda _: httpx.Response(401, text="<html>"), "(HTTP 401)", True, False),
        (lambda _: httpx.Response(200, text="<html>"), "the answer is not JSON", False, False),
    ],
)
def test_what_may_pass_or_be_mended_is_tried_again(
    answer: Answer, reason: str, *, waits: bool, throttled: bool
) -> None:
    world = meta(answer)
    with pytest.raises(Retryable) as caught:
        world.whole()
    assert reason in str(caught.value)
    assert (caught.value.after is not None, caught.value.throttled) == (waits, throttled)
    assert world.saved == 0


def test_a_connection_that_breaks_is_tried_again() -> None:
    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(Retryable, match="ReadTimeout"):
        meta(breaks).whole()


def test_what_will_never_be_answered_parks_the_lead() -> None:
    with pytest.raises(Refused) as caught:
        meta(fails(400, code=100)).whole()
    assert "M" in caught.value.words


def test_without_a_token_the_lead_waits() -> None:
    world = meta(says())
    world.secrets = ("app", "verify:x")
    with pytest.raises(Retryable, match='no secret "page:'):
        world.whole()


def test_no_message_holds_the_token_or_what_the_vendor_said() -> None:
    with pytest.raises(Retryable) as caught:
        meta(fails(401, code=190, message=f"bad token {PAGE_TOKEN}")).whole()
    assert PAGE_TOKEN not in str(caught.value)


def test_an_erased_lead_is_not_delivered() -> None:
    world = meta(says(field("email", "kim@example.com")))
    world.erased = True
    with pytest.raises(Retryable, match="erased"):
        world.whole()


# -- at the sandbox's vendors -----------------------------------------------------------------


@pytest.fixture(scope="module")
def vendors() -> Iterator[str]:
    simulator = LeadVendors()
    server = serve(simulator)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    assert simulator.violations == []


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


def test_a_lead_of_meta_is_fetched(vendors: str, web: httpx.Client) -> None:
    lead = World(web, f"{vendors}/v21.0", source("meta"), arrived("meta", IDS)).whole()
    assert (lead.name, lead.email) == ("Kim Sampleton", "kim.sampleton@example.com")


@pytest.mark.parametrize("url", ["v21.0", "v20.0"])
def test_a_wrong_token_or_version_is_refused(vendors: str, web: httpx.Client, url: str) -> None:
    world = World(web, f"{vendors}/{url}", source("meta"), arrived("meta", IDS))
    world.secrets = (f"page:{PAGE_TOKEN if url == 'v20.0' else 'stale'}",)
    with pytest.raises((Retryable, Refused)):
        world.whole()


def test_a_lead_of_linkedin_is_fetched_with_its_questions(vendors: str, web: httpx.Client) -> None:
    base_url = f"{vendors}/rest/202606"
    lead = World(web, base_url, source("linkedin"), arrived("linkedin", URN)).whole()
    assert (lead.first_name, lead.last_name) == ("Alex", "Placeholder")
    assert lead.email == "alex.placeholder@example.com"
    assert lead.extra == {"Which role interests you?": "Site manager"}
    assert lead.consent == "true"
    assert (lead.tracking, lead.technical) == ({"utm_source": "linkedin"}, URN)


@pytest.mark.parametrize(
    ("version", "token", "reason"),
    [
        ("202401", ACCESS_TOKEN, "no longer serves this version"),
        ("202606", "stale", "HTTP 401"),
    ],
)
def test_a_refusal_of_linkedin_says_what_to_mend(
    vendors: str, web: httpx.Client, version: str, token: str, reason: str
) -> None:
    base_url = f"{vendors}/rest/{version}"
    world = World(web, base_url, source("linkedin"), arrived("linkedin", URN))
    world.secrets = (f"access:{token}",)
    with pytest.raises(Retryable, match=reason):
        world.whole()


def linkedin(document: dict[str, Any], **keys: Any) -> World:
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=document))
    )
    asking, lead = source("linkedin", **keys), arrived("linkedin", URN)
    return World(client, "https://api.linkedin.com/rest/202606", asking, lead)


def test_what_the_ad_vendors_call_a_test_is_marked() -> None:
    dummy = meta(says(field("full_name", "<test lead: dummy data for full_name>")))
    assert (meta(says(field("email", "kim@example.com"))).whole().test, dummy.whole().test) == (
        *(False, True),
    )
    assert linkedin({"testLead": True}).whole().test
    assert not linkedin({"testLead": False}).whole().test


def test_a_test_is_for_a_person_to_let_go_unless_its_source_wants_it() -> None:
    reason = "the sender calls it a test"
    for keys, wanted in (({}, reason), ({"deliver_tests": True}, None)):
        world = linkedin({"testLead": True}, **keys)
        assert world.completer.doubt(world.whole()) == wanted
    real = linkedin({"testLead": False})
    assert real.completer.doubt(real.whole()) is None


def test_what_was_chosen_is_told_in_its_own_words() -> None:
    document = {
        "formResponse": {
            "answers": [
                {"questionId": 1, "answerDetails": {"multipleChoiceAnswer": {"options": [8, 9]}}},
                {"questionId": 2, "answerDetails": {"textQuestionAnswer": {"answer": "?"}}},
            ]
        },
        "form": {
            "content": {
                "questions": [
                    {
                        "questionId": 1,
                        "question": {"localized": {"es_ES": "¿Qué puesto?"}},
                        "questionDetails": {
                            "multipleChoiceQuestionDetails": {
                                "options": [{"id": 8, "text": {"localized": {"es_ES": "Jefe"}}}]
                            }
                        },
                    }
                ]
            }
        },
    }
    whole = linkedin(document).whole()
    assert whole.extra == {"¿Qué puesto?": "Jefe, 9", "question 2": "?"}
