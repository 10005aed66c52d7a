"""Contact plans and reports: what their requests must say, and how the user's answers count."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from leadrelay_sandbox.collect.forms import CANCEL, OK
from leadrelay_sandbox.collect.plans import PLANS, REPORTS, Step
from leadrelay_sandbox.collect.refused import Refused, breach
from leadrelay_sandbox.collect.sockets import Job
from leadrelay_sandbox.collect.store import Store
from leadrelay_sandbox.collect.tables import Row, table, values

_ACCOUNTS = ("client", "debtor", "cosigner", "associate")
_REPORT = {
    "report",
    "script",
    "starton",
    "rowid",
    "websocket-id",
    "destination",
    "showmargins",
}


def plan(body: Mapping[str, Any], store: Store) -> tuple[str, str, str]:
    """A runplan's plan code, record and row id."""
    given = body.keys() - {"plan", "websocket-id"}
    if len(given) != 1 or not given <= set(_ACCOUNTS):
        raise breach(f"runplan takes a plan, a websocket-id and one of {', '.join(_ACCOUNTS)}")
    record = next(iter(given))
    if type(body[record]) is not int:
        raise breach(f"{record} must be a number")
    if not isinstance(body.get("plan"), str):
        raise breach("plan must be the code of a contact plan")
    if body["plan"] not in PLANS:
        raise Refused(404, "There is no such contact plan.")
    store.get(record, str(body[record]))
    return body["plan"], record, str(body[record])


def report(body: Mapping[str, Any], store: Store) -> tuple[tuple[Step, ...], list[str]]:
    """A report's prompts and its destinations."""
    if unknown := body.keys() - _REPORT:
        raise breach(f"a report has no {', '.join(sorted(unknown))}")
    if not body.get("report") and not body.get("script"):
        raise breach("a report needs its name or a script")
    rows = body.get("rowid", [])
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise breach("rowid must be an array of strings")
    if not isinstance(body.get("showmargins", False), bool):
        raise breach("showmargins must be true or false")
    wanted = str(body.get("destination", "")).lower().split(",")
    if not set(wanted) <= {"svg", "csv"}:
        raise breach("destination must be svg, csv or both")
    if body.get("report", next(iter(REPORTS))) not in REPORTS:
        raise Refused(404, "There is no such report.")
    record = body.get("starton", "debtor")
    table(record)
    for row in rows:
        store.get(record, row)
    return REPORTS.get(body.get("report", ""), ()), wanted


def run(steps: Iterable[Step], job: Job, note: Callable[[str], None]) -> list[Row]:
    """Go through the steps, asking where they ask; the events to schedule when all went well.

    Raises Refused when a prompt gets no answer, or a wrong one; then nothing is scheduled.
    """
    events = []
    for step in steps:
        event = _answered(step, job.ask(step.prompt), note) if step.prompt else dict(step.event)
        if event:
            events.append(event)
    return events


def _answered(step: Step, answer: Mapping[str, Any], note: Callable[[str], None]) -> Row:
    """The event as the user wants it; empty when the answer is no."""
    kind = step.prompt["subtype"]
    if kind == "form":
        return _filled(step, answer, note)
    if kind == "button" and answer.keys() != {"jobid", "button"}:
        raise breach("the answer to a button prompt is a jobid and a button")
    button = answer.get("button", 0)
    if type(button) is not int or not 0 <= button < len(step.prompt["buttons"]):
        raise breach("button must be the position of one of the prompt's buttons")
    if button != 0:
        return {}
    if kind == "button":
        return dict(step.event)
    texts = [answer[name] for name in answer.keys() - {"jobid", "button"}]
    if len(texts) != 1 or not isinstance(texts[0], str):
        raise breach("the answer to this prompt holds one string")
    column = "co_date" if kind == "date" else "co_description"
    if kind == "date":
        _check_date(texts[0])
    return {**step.event, column: texts[0]}


def _check_date(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise breach("the client must send a valid date") from None


def _filled(step: Step, answer: Mapping[str, Any], note: Callable[[str], None]) -> Row:
    if answer.keys() != {"jobid", "button", "data"}:
        raise breach("the answer to a form is a jobid, a button and data")
    if answer["button"] not in {OK, CANCEL}:
        raise breach("button must be a value from the form")
    if answer["button"] == CANCEL:
        return {}
    row = values("contact", answer["data"], note, cut=False)
    if lost := step.prompt["data"].keys() - row.keys():
        note(f"the answer to a form leaves out {', '.join(sorted(lost))}")
    return row
