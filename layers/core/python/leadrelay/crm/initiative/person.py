"""Facts about a person that vtiger's modules have fields for, where the sender tells them. Pure."""

from leadrelay.crm import beside, origins
from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.initiative.options import Options
from leadrelay.lead import Lead


def facts(lead: Lead, module: Module, options: Options) -> dict[str, str]:
    """Values of fields that the module has, each one that its field takes."""
    values = {name: field.values for name, field in module.fields.items()}
    rating = beside.told(lead, "rating")
    found = {
        "leadsource": origins.listed(lead, options.came_by, values.get("leadsource", ())),
        "salutationtype": beside.title(
            beside.told(lead, "salutation"), values.get("salutationtype", ())
        ),
        "rating": beside.listed(rating, values.get("rating", ())),
        "leadstatus": beside.listed(rating, values.get("leadstatus", ())),
        "department": beside.told(lead, "department"),
        "emailoptout": "1" if beside.refuses_mails(lead) else "",
    }
    taken = (name for name in found if name in module.fields)
    return {name: text for name in taken if (text := found[name]) and module.takes(name, text)}
