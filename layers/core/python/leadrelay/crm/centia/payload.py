"""From a lead to the parameters of centiaCRM's Create… methods. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from leadrelay.crm.centia.options import Options
from leadrelay.crm.identity import an_address, number
from leadrelay.crm.mapping import note, render
from leadrelay.crm.phones import line
from leadrelay.lead import Lead
from leadrelay.names import is_turned, natural, split
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.note import reference
from leadrelay.spanish_names import SpanishName, split_name, split_surnames

_SURELY_HELD = 100  # characters: no length is documented, so the remark has longer values as well
NOT_GIVEN = "-"  # CreateContact wants a name and a surname of everybody


def contact(
    lead: Lead, options: Options, *, plain: bool = False, brief: bool = False
) -> dict[str, Any]:
    """CreateContact, but for the company and the origin. A `plain` one has no visitor's value that
    centia could refuse, but the name; all that has no field is in the remark, unless a ticket
    holds it and the contact is `brief`."""
    reached = {} if plain else _reached(lead)
    values = {
        **person(lead)._asdict(),
        **reached,
        "skype": lead.ref if brief else remark(lead, options, reached),
        "title_id": options.title_id,
        "position_id": options.position_id,
        "department_id": options.department_id,
    }
    return {name: value for name, value in values.items() if value not in {None, ""}}


def is_kept(sent: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether a contact's remark is what was sent, if the contact shows it: nothing says how much
    the field holds."""
    remark = shown.get("skype", sent["skype"])
    return isinstance(remark, str) and remark.split() == sent["skype"].split()


def is_brief(lead: Lead, options: Options, shown: Mapping[str, Any]) -> bool:
    """Whether a contact's remark, if shown, is the reference alone where there is more to say."""
    bare = str(shown.get("skype")).strip() == lead.ref
    return bare and remark(lead, options, _reached(lead)) != lead.ref


def company(lead: Lead, options: Options) -> dict[str, Any]:
    """CreateCompany, with the website for what it is worth: the note has it as well."""
    return {
        "name": without_secrets(lead.company or ""),
        "type_id": options.company_type_id,
        "industry_id": options.company_industry_id,
    } | ({"website": without_secrets(lead.website)} if lead.website else {})


def opportunity(lead: Lead, options: Options) -> dict[str, Any]:
    """CreateOpportunity, but for the company and the contact."""
    return {
        "title": _title(lead, options),
        "value": options.value,
        "estimated_end_at": f"{_due(lead, options):%d/%m/%y}",
        "prospect_type": "new",
        "operation_type": "new",
        "user_id": options.user_id,
        "stage_id": options.stage_id,
        "want_products": False,
        "want_tax": False,
        "notify": options.notify,
        "comment": _whole(lead, options),
    }


def ticket(lead: Lead, options: Options, mark: str = "") -> dict[str, Any]:
    """CreateTicket, but for the company, the contact and what a desk has; `mark` ends its title."""
    return {
        "title": _title(lead, options, mark),
        "description": _whole(lead, options),
        "estimated_end_at": f"{_due(lead, options):%Y-%m-%d}",
        "notify": options.notify,
    }


def person(lead: Lead) -> SpanishName:
    """The lead's name with a name and a surname in any case; what isn't known is "-"."""
    first, last = lead.first_name or "", lead.last_name or ""
    if last.strip() and (first.strip() or not lead.full_name):
        given = SpanishName(" ".join(first.split()), *split_surnames(last))
    elif is_turned(lead.name):
        first, last = split(lead.name)
        given = SpanishName(first, *split_surnames(last))
    else:
        given = split_name(natural(lead.name))
    if not any(given):
        given = SpanishName(lead.as_person)
    return given._replace(name=given.name or NOT_GIVEN, surname=given.surname or NOT_GIVEN)


def phone_field(number: str) -> str:
    return "phone_office" if line(number) == "landline" else "phone_mobile"


def _reached(lead: Lead) -> dict[str, str]:
    """How to reach the person; what is no address and no number is left to the remark."""
    phone = lead.phone or (lead.call.other if lead.call else None)
    return {
        "email": an_address(lead.email),
        phone_field(phone or ""): phone if phone and number(phone) else "",
        "linkedin": without_secrets(lead.linkedin or ""),
    }


def remark(lead: Lead, options: Options, reached: Mapping[str, str]) -> str:
    """The reference, then whatever no field of the contact has. The reference comes first, since
    nobody says how much the field holds."""
    style, more = options.style, _files(lead)
    text = note(lead, style, _placed(lead, options, reached), more=more)
    rest = text.replace(reference(lead), "").strip("\n")
    return f"{lead.ref}\n\n{rest}" if rest else lead.ref


def _placed(lead: Lead, options: Options, reached: Mapping[str, str]) -> set[str]:
    """The lead's fields that are whole in fields of the contact, for all that is known of those."""
    words = set(" ".join(person(lead)).split())
    fields = {
        "first_name": lead.first_name or "",
        "last_name": lead.last_name or "",
        "full_name": lead.full_name or "",
    }
    placed = {field for field, name in fields.items() if name and words.issuperset(name.split())}
    homes = {"email": "email", "phone": phone_field(lead.phone or ""), "linkedin": "linkedin"}
    placed |= {field for field, home in homes.items() if reached.get(home) == getattr(lead, field)}
    placed |= {"company"} if options.create_company else set()
    return {field for field in placed if len(getattr(lead, field) or "") <= _SURELY_HELD}


def _title(lead: Lead, options: Options, mark: str = "") -> str:
    """With the reference, as that is all of an opportunity by which it can be found again."""
    title = " ".join(render(options.title, lead).split()) or lead.label
    return title if lead.ref in title and not mark else f"{title} ({lead.ref}{mark})"


def _whole(lead: Lead, options: Options) -> str:
    said = note(lead, options.style, more=_files(lead))
    return "\n\n".join(filter(None, (render(options.description, lead), said)))


def _files(lead: Lead) -> dict[str, str]:
    """How to get what centia has no place for."""
    return {"fetch": f"leadrelay file {lead.ref}"} if lead.files else {}


def _due(lead: Lead, options: Options) -> date:
    received = lead.received_at.astimezone(options.style.clock)
    return received.date() + timedelta(days=options.due_days)
