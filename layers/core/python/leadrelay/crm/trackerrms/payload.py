"""Lead → what each TrackerRMS operation is sent. Pure, and nothing of a lead is left out.

A field of the lead goes into the field of the same meaning; whatever the record has no field for
goes into the description (lead, opportunity). A contact or resource is somebody, and not what they
wrote: that is an activity's, and their note holds the reference only, unless there is none.

Text fields that the lead leaves open are sent as "", as in the vendor's samples: Lesson 358 asks
for the complete payload. Only where a record may be overwritten are they left out, for there
they could blank what the CRM has.
"""

import base64
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from leadrelay.crm.mapping import fields_of, note, render
from leadrelay.crm.trackerrms import career
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.phones import email, field, phone
from leadrelay.lead import Attachment, Lead
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.note import reference
from leadrelay.nobody import says_nobody

type Params = dict[str, Any]

_PLACE = {  # the vendor's field: the lead's
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "state": "state",
    "zipcode": "postal_code",
    "country": "country",
    "linkedin": "linkedin",
}
_PERSON = frozenset({"first_name", "last_name", "full_name", "job_title", "email"})
_RESOURCE = _PERSON | frozenset(_PLACE.values()) | {"phone"}
_CONTACT = _RESOURCE | {"website"}
_TITLE = 50  # characters; how many a name may have isn't documented, and the reference must fit
_TITLES = {"form": "Website", "call": "Call", "resume": "Application"}


def tag(lead: Lead) -> str:
    """How a record's name holds the reference: getRecords filters by name."""
    return f"[{lead.ref}]"


def lead_params(lead: Lead, options: Options) -> Params:
    """For createLead."""
    person_type = options.leadpersontype or ("R" if lead.kind == "resume" else "N")
    return {
        "instructions": {
            "createpersonifnotexists": options.createpersonifnotexists,
            "notifydepartment": options.notifydepartment,
        },
        "lead": {
            "leadname": title(lead, options.leadname),
            "department": render(options.department, lead),
            "source": render(options.source, lead),
            "description": text(lead, options, _CONTACT),
            "leadpersontype": person_type,
            **_contact(lead, is_candidate=person_type == "R"),
            "image": "",
        },
    }


def opportunity_params(lead: Lead, options: Options) -> Params:
    """For createOpportunity."""
    return {
        "instructions": {"createpersonifnotexists": options.createpersonifnotexists},
        "opportunity": {
            "opportunityname": title(lead, options.opportunityname),
            "department": render(options.department, lead),
            "worktype": render(options.worktype, lead),
            "source": render(options.source, lead),
            "description": text(lead, options, _CONTACT),
            **_contact(lead),
        },
    }


def contact_params(lead: Lead, options: Options, *, told: bool) -> Params:
    """For createContact; `told`: an activity follows, which says what the lead says."""
    contact = {
        **_contact(lead),
        "note": reference(lead) if told else text(lead, options, _CONTACT),
        "image": "",
    }
    return {
        "instructions": {
            "createcompanyifnotexists": options.createcompanyifnotexists,
            "overwritecontact": options.overwritecontact,
        },
        "contact": _given(contact) if options.overwritecontact else contact,
    }


def resource_params(
    lead: Lead, options: Options, more: Mapping[str, str] | None = None, *, told: bool
) -> Params:
    """For createResource; `more` are lines for its note. `told` as above. A résumé that was told
    in its parts stands in the note as well, for years are all that a job's dates hold."""
    resource = {
        **_person(lead),
        **_place(lead),
        "workphone": "",
        "homephone": "",
        "cellphone": "",
        field(lead, is_candidate=True): phone(lead),
        "nationality": "",
        "languages": "",
        "education": career.education(lead, options.style),
        "source": render(options.source, lead),
        "jobhistory": career.jobhistory(lead),
        "note": reference(lead) if told else text(lead, options, _RESOURCE, more),
        "image": "",
    }
    return {
        "instructions": {"overwriteresource": options.overwriteresource},
        "resource": _given(resource) if options.overwriteresource else resource,
    }


def resume_params(
    lead: Lead, options: Options, file: Attachment, content: bytes, *, told: bool
) -> Params:
    """For createResourceFromResume: of the person only what is documented, for TrackerRMS reads
    the rest from the résumé; a name only if one was given, so as not to hide the résumé's."""
    resource = {
        **_person(lead),
        "fullname": lead.name,
        "note": reference(lead) if told else text(lead, options, _PERSON),
        "source": render(options.source, lead),
    }
    return {
        "instructions": {"overwriteresource": True} if options.overwriteresource else {},
        "resource": _given(resource) if options.overwriteresource else resource,
        "file": file_fields(file, content),
    }


def title(lead: Lead, template: str) -> str:
    """With the reference behind it. A long one is cut: its lead's fields stand in the note."""
    name = render(template, lead) or f"{_TITLES[lead.kind]}: {lead.label}"
    return f"{' '.join(name.split())[:_TITLE].rstrip()} {tag(lead)}"


def text(
    lead: Lead, options: Options, placed: frozenset[str], more: Mapping[str, str] | None = None
) -> str:
    """The option `description`, then the note of all that is neither in it nor in `placed`."""
    told = set(fields_of(options.description))
    placed -= {"phone"} if says_nobody(lead.phone or "") else set()
    placed -= set() if email(lead) else {"email"}
    told_of = note(lead, options.style, placed | told, more=more)
    blocks = render(options.description, lead), told_of
    return "\n\n".join(filter(None, blocks))


def _person(lead: Lead) -> dict[str, str]:
    first, last = lead.first_and_last
    return {
        "firstname": first,
        "lastname": last,
        "fullname": lead.name or lead.as_person,
        "jobtitle": without_secrets(lead.job_title or ""),
        "email": email(lead),
    }


def _place(lead: Lead) -> dict[str, str]:
    return {name: without_secrets(getattr(lead, field) or "") for name, field in _PLACE.items()}


def _contact(lead: Lead, *, is_candidate: bool = False) -> dict[str, str]:
    """What createLead, createOpportunity and createContact have in common."""
    phones = {"businessphone": "", "homephone": "", "cellphone": ""}
    phones[field(lead, is_candidate=is_candidate)] = phone(lead)
    return {
        **_person(lead),
        **_place(lead),
        **phones,
        "website": without_secrets(lead.website or ""),
    }


def _given(fields: Params) -> Params:
    return {name: value for name, value in fields.items() if value}


def file_fields(file: Attachment, content: bytes) -> dict[str, str]:
    # The last part only: a browser's or an attacker's path is nobody's business.
    name = PurePath(file.filename.replace("\\", "/")).name or "file"
    return {"filename": name, "data": base64.b64encode(content).decode()}
