"""What is added to a centiaCRM contact: an opportunity, and the tickets that hold the words."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from leadrelay.crm.base import Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.centia import find, payload
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.desk import Desk
from leadrelay.crm.centia.options import Options
from leadrelay.crm.refusals import first_accepted
from leadrelay.lead import Lead

type Ids = Mapping[str, int]
"""The company and the contact, by the parameters' names."""


def add_opportunity(api: Api, lead: Lead, options: Options, steps: Steps, ids: Ids) -> None:
    look = partial(find.opportunity, api, lead)
    values = {**payload.opportunity(lead, options), **ids}
    make = partial(_titled, api, "Opportunities.CreateOpportunity", values, lead.ref, look)
    steps.once("opportunity", make, look)


def add_ticket(
    api: Api, lead: Lead, options: Options, steps: Telling, about: Desk, ids: Ids
) -> None:
    """The lead's ticket. None can be edited, so of a call that has ended since another one tells
    it, and another its recording, if that comes later still."""

    def ticket(mark: str) -> tuple[Callable[[], str], Callable[[], str | None]]:
        look = partial(find.ticket, api, lead, mark)
        values = {**payload.ticket(lead, options, mark), **about._asdict(), **ids}
        return partial(_titled, api, "Tickets.CreateTicket", values, lead.ref + mark, look), look

    steps.record("ticket", *ticket(""))
    news = "recorded" if lead.call and lead.call.recording_url else "ended"
    steps.bring(lambda: steps.once(news, *ticket(f" {news}")))


def _titled(
    api: Api,
    method: str,
    values: Mapping[str, Any],
    plain_title: str,
    look: Callable[[], str | None],
) -> str:
    """Make it; if centia refuses its title, with the reference as title: its text has the lead."""

    def make(title: str) -> str:
        return str(api.create(method, **{**values, "title": title})["id"])

    return first_accepted(look, partial(make, values["title"]), partial(make, plain_title))
