"""Who has a telephone number, as TrackerRMS's checkPerson tells."""

from leadrelay.crm.base import Caller
from leadrelay.crm.identity import same_number
from leadrelay.crm.trackerrms.api import Api


def caller(api: Api, number: str) -> Caller | None:
    """The link is to the first record; whether it needs a login is TrackerRMS's business.

    Somebody waits for this, and nobody waits for its end: the process may be frozen at any moment,
    so that no token is fetched here which might then be lost.
    """
    known = api.check_person(email="", phone=number, may_log_in=False)
    if not known.letters:
        return None
    told = [str(known.first[key]) for key in ("phone", "cell") if known.first.get(key)]
    if told and not any(same_number(number, one) for one in told):
        return None  # by a rule of its own, such as the last digits
    name, company = (str(known.first.get(key) or "") for key in ("fullname", "company"))
    return Caller(name, company, known.link) if name or known.link else None
