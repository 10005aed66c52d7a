"""The functions with marked sources, secrets and people, and what they tell anybody."""

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from functions.receive_call import app as receive_call
from functions.receive_form import app as receive_form
from functions.receive_resume import app as receive_resume
from leadrelay.aws.queues import Queues
from leadrelay.aws.secrets import Secrets
from leadrelay.compose.delivery import compose_deliverer, compose_pausing
from leadrelay.compose.intake import Callers
from leadrelay.delivery.batch import deliver_batch
from leadrelay.delivery.deliver import Deliverer
from leadrelay.intake.calls.caller_page import ScreenPops
from leadrelay.ledger.table import Table
from leadrelay.settings import DeliverSettings
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Context, Queue, aws, proxy_event
from tests.handlers.leaks import FILE_TEXT, FILENAME, PERSON, TOKEN
from tests.senders.documents import pdf

SOURCES = read_sources("""
[marked-form]
kind = "form"
sender = "json"
deliver = ["trackerrms", "initiative", "centia", "collect"]
token = "query:k"

[marked-call]
kind = "call"
sender = "screen_pop"
deliver = ["trackerrms", "initiative", "centia", "collect"]
token = "query:k"

[marked-application]
kind = "resume"
sender = "multipart"
deliver = ["trackerrms", "initiative", "centia", "collect"]
token = "query:k"
""")


@dataclass
class Stack:
    """The functions, their CRMs, and what was answered or raised."""

    simulators: dict[str, Simulator]
    deliverers: dict[str, Deliverer]
    queues: dict[str, Queue]
    told: list[str]

    def call(self, handler: Callable[[Any, Any], Any], event: Any) -> Any:
        """Invoke a function as Lambda does: what it returns or raises is told, but for the page
        that shows somebody at their desk who calls."""
        try:
            answer = handler(event, Limited())
        except Exception as error:  # noqa: BLE001  # as Lambda does
            self.told.append("".join(traceback.format_exception(error)) + repr(error))
            return None
        if answer.get("statusCode") != 200:
            self.told.append(json.dumps(answer))
        return answer

    def deliver(self, crm: str) -> None:
        at = datetime.now(UTC) + timedelta(hours=1)
        deliverer = replace(self.deliverers[crm], now=lambda: at)

        def handler(event: Any, _: Any) -> Any:
            return deliver_batch(
                event["Records"],
                deliver=deliverer.deliver,
                canary=deliverer.see_canary,
                put_back=lambda *_: None,
                report=deliverer.report,
                in_flight=2,
            )

        self.queues[crm].deliver_to(lambda event, _: self.call(handler, event))


class Limited(Context):
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def composed(crm: str) -> Deliverer:
    """As functions/deliver composes it."""
    settings = DeliverSettings.from_env({**ENVIRONMENT, "CRM": crm})
    table = Table(aws("dynamodb"), settings.table_name)
    secrets = Secrets(aws("secretsmanager"), settings.secret_prefix)
    queues = Queues(aws("sqs"), settings.queue_url_prefix)
    report = receive_form.report
    pausing = compose_pausing(settings, table, secrets, report)
    return compose_deliverer(settings, pausing, table, secrets, queues, report)


def put_secret(name: str, text: str) -> None:
    secrets = aws("secretsmanager")
    full = f"leadrelay/leadrelay/{name}"
    if full in {one["Name"] for one in secrets.list_secrets()["SecretList"]}:
        secrets.put_secret_value(SecretId=full, SecretString=text)
    else:
        secrets.create_secret(Name=full, SecretString=text)


def fresh(app: Any) -> Any:
    """A function's intake with the marked sources, and no secret in its memory."""
    secrets = Secrets(aws("secretsmanager"), "leadrelay/leadrelay/")
    return replace(
        app.intake, sources=SOURCES, secrets=lambda name: (secrets.get("sources")[name],)
    )


# ---- what is sent ------------------------------------------------------------------------------


def form(stack: Stack, token: str = TOKEN, body: bytes = json.dumps(PERSON).encode()) -> Any:
    headers = [("Content-Type", "application/json"), ("Idempotency-Key", "1")]
    event = proxy_event(Sample("POST", f"/forms/marked-form?k={token}", headers, body))
    return stack.call(lambda event, _: fresh(receive_form).receive(event, kind="form"), event)


def call(stack: Stack, token: str = TOKEN) -> Any:
    query = urlencode({"k": token, "Source": PERSON["phone"], "Name": PERSON["first_name"]})
    event = proxy_event(
        Sample("GET", f"/calls/marked-call?{query}", [("Accept", "text/html")], b"")
    )
    callers = Callers(receive_call.settings)
    pops = ScreenPops(look_up=callers, report=receive_call.report)
    receive = replace(fresh(receive_call), pops=pops).receive
    answer = stack.call(lambda event, _: receive(event, kind="call"), event)
    pops.threads.shutdown()  # who calls is looked up beside the answer
    for crm in vars(callers)["_crms"].values():
        vars(crm.api)["_client"].close()
    return answer


def application(stack: Stack, token: str = TOKEN, content: bytes = pdf(FILE_TEXT)) -> Any:
    request = httpx.Request("POST", "http://x", data=PERSON, files={"cv": (FILENAME, content)})
    headers = [("Content-Type", request.headers["Content-Type"])]
    path = f"/resumes/marked-application?k={token}"
    event = proxy_event(Sample("POST", path, headers, request.read()))
    return stack.call(lambda event, _: fresh(receive_resume).receive(event, kind="resume"), event)


SENT = {"form": form, "call": call, "application": application}
