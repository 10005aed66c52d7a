"""What is added to a centiaCRM contact: an opportunity, and the tickets that hold the words."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from leadrelay.crm.base import Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.centia import find, payload
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.desk import Desk, by_lists
from leadrelay.crm.centia.options import Options
from leadrelay.crm.refusals import first_accepted
from leadrelay.errors import Misconfigured, Refused, Undecidable
from leadrelay.lead import Lead
from leadrelay.narrator.calls import ENDED

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
    it, and another its recording, if that comes later still. Raises Refused where this user may
    make none."""

    def ticket(mark: str) -> tuple[Callable[[], str], Callable[[], str | None]]:
        look = partial(find.ticket, api, lead, mark)
        values = {**payload.ticket(lead, options, mark), **about._asdict(), **ids}
        act = partial(_titled, api, "Tickets.CreateTicket", values, lead.ref + mark, look)
        return partial(_at_some_desk, api, lead, options, act), look

    steps.record("ticket", *ticket(""))
    api.takes_tickets = True
    news = _news(lead)
    steps.bring(lambda: steps.once(news, *ticket(f" {news}")))


def _news(lead: Lead) -> str:
    """What has happened to a call since, by a name for each, as any may come after another: some
    send the recording before the end."""
    recorded = lead.call and lead.call.recording_url
    if lead.call and lead.call.state not in ENDED:
        return "recording"
    return "recorded" if recorded else "ended"


def _at_some_desk(api: Api, lead: Lead, options: Options, act: Callable[..., str]) -> str:
    """A ticket whose ids centia refuses goes to what the account's lists say instead."""
    try:
        return act()
    except Undecidable:  # it may be there
        raise
    except Misconfigured as error:
        if error.login:
            raise
        raise Refused(str(error), words=error.words) from error  # 403, and the login is good
    except Refused:
        other = by_lists(api, lead, options)
        if other is None:
            raise
        return act(**other._asdict())


def _titled(
    api: Api,
    method: str,
    values: Mapping[str, Any],
    plain_title: str,
    look: Callable[[], str | None],
    **ids: int,
) -> str:
    """Make it; if centia refuses its title, with the reference as title: its text has the lead."""

    def make(title: str) -> str:
        return str(api.create(method, **{**values, **ids, "title": title})["id"])

    return first_accepted(look, partial(make, values["title"]), partial(make, plain_title))
