"""Finding in Initiative what was made of a lead: by its reference, and by nothing else."""

from leadrelay.crm.initiative import payload
from leadrelay.crm.initiative.api import Api
from leadrelay.crm.initiative.operations import Denied
from leadrelay.crm.initiative.vtql import Select, like
from leadrelay.lead import Attachment, Lead
from leadrelay.narrator.note import reference


def record(api: Api, module: str, lead: Lead) -> str | None:
    """The id of the record of the module that was made from the lead."""
    # Without the owner's column: a record with a broken one spoils any query that asks for it
    # (observed on vtiger 6.0).
    where = like("description", reference(lead))
    rows = api.query(Select(module, ("description",), ((where,),), order_by="id"))
    return next((row["id"] for row in rows if payload.is_of(lead, row["description"])), None)


def if_shown(api: Api, module: str, lead: Lead) -> str | None:
    """The same, of a module that the server may lack, or our user have no right to. Any other
    refusal is raised: something on the way may have taken offence, and the record be there."""
    try:
        return record(api, module, lead)
    except Denied:
        return None


def document(api: Api, lead: Lead, attachment: Attachment) -> str | None:
    """The id of the Document that holds this file of the lead."""
    column = payload.title_field(api.describe("Documents"))
    title = payload.document_title(lead, attachment)
    where = like(column, title.strip())
    rows = api.query(Select("Documents", (column,), ((where,),), order_by="id"))
    return next((row["id"] for row in rows if row[column].startswith(title)), None)
