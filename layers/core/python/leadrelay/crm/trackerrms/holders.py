"""Who holds an address or a number, as TrackerRMS's checkPerson tells."""

from leadrelay.crm.phones import written
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.phones import digits, email, phone
from leadrelay.crm.trackerrms.wire import CheckedPerson
from leadrelay.lead import Lead

# checkPerson has letters of its own: there C is a contact, elsewhere a client.
CHECK_PERSON = {"N": "C", "R": "R"}


def known_by_one(api: Api, lead: Lead) -> CheckedPerson:
    # By one of them at a time: a number may be shared, and then another's record comes first.
    return holder(api, email(lead), "" if email(lead) else phone(lead))


def holder(api: Api, email: str, phone: str, *, may_log_in: bool = True) -> CheckedPerson:
    """Whom checkPerson names. How it compares numbers isn't documented: it is asked for one as it
    is, then as it is dialled in its country."""
    known = api.check_person(email=email, phone=phone, may_log_in=may_log_in)
    if known.letters or not (there := written(phone)):
        return known
    return api.check_person(email=email, phone=digits(there[0]), may_log_in=may_log_in)
