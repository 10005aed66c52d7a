"""The operations of Collect!'s REST API, version 13, and where each one's parameters go.

Pages are those of https://www.collect.org/cv13/Help/, named without their common beginning
`howtousetherestapi`. Where no page prints a name, the entry says so.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from leadrelay.crm.operations import Operation, Param, check, table
from leadrelay.errors import Refused

_RECORD = Param("record", required=True, form="a table: debtor, client, contact, …")
_ROWID = Param("rowid", required=True, form="digits")
_COLUMNS = Param("data", "object", required=True, form="an object of columns")
_SOCKET = Param("websocket-id", form="the id that the websocket gave")

OPERATIONS: Mapping[str, Operation] = table(
    Operation("login", "log in again, as the secret's operator", "howtousetherestapi.html"),
    Operation(
        "create",
        "make one record; business-logic 4, the default, fills in what the account needs",
        "endpointcreaterecords.html",
        (_RECORD, _COLUMNS, Param("business-logic", "integer", form="a number from 0 to 4")),
        writes=True,
    ),
    Operation(
        "read",
        "one record by its rowid, or those that match a filter, page by page",
        "endpointreadrecords.html; limit and page in small letters are inferred",
        (
            _RECORD,
            Param("rowid", form="digits"),
            Param("filter", form="de_number__in=(1001,1002)"),
            Param("fields", form="de_number,cl_name"),
            Param("sort", form="de_number"),
            Param("join", form="(client,inner,cl_rowid,de_rowid_client)"),
            Param("limit", "integer", form="a number of records"),
            Param("page", "integer", form="a number from 1"),
        ),
    ),
    Operation(
        "counts",
        "how many records each table below this record has",
        "endpointreadrecords.html",
        (_RECORD, _ROWID),
    ),
    Operation(
        "subrecords",
        "the records of one table below this record",
        "endpointreadrecords.html",
        (_RECORD, _ROWID, Param("subrecord", required=True, form="a table below: contact, …")),
    ),
    Operation(
        "update",
        "change the given columns of one record",
        "endpointupdaterecords.html",
        (_RECORD, _ROWID, _COLUMNS),
        writes=True,
    ),
    Operation(
        "delete",
        "delete one record",
        "endpointdeleterecords.html",
        (_RECORD, _ROWID),
        writes=True,
    ),
    Operation(
        "runplan",
        "run a contact plan on one record",
        "endpointcontactplans.html; cosigner and associate are not printed as keys",
        (
            Param("plan", required=True, form="a contact plan's code, cp_code"),
            Param("client", "integer", form="a rowid"),
            Param("debtor", "integer", form="a rowid"),
            Param("cosigner", "integer", form="a rowid"),
            Param("associate", "integer", form="a rowid"),
            _SOCKET,
        ),
        writes=True,
    ),
    Operation(
        "report",
        "run a report; what it found comes back as JSON",
        "endpointreportsandletters.html; the page calls itself incomplete",
        (
            Param("report", form="a report's name; needed without a script"),
            Param("script", form="report code, put before the report's body"),
            Param("starton", form="a table"),
            Param("rowid", "list", form="a list of rowids"),
            _SOCKET,
            Param("destination", values=("svg", "csv", "svg,csv")),
            Param("showmargins", "boolean"),
        ),
        writes=True,  # a script may change records
    ),
    Operation(
        "upload",
        "attach one file to a client, debtor or operator",
        "endpointfileupload.html",
        (
            Param("record", required=True, values=("client", "debtor", "operator")),
            Param("rowid", "integer", required=True, form="a rowid"),
            Param("filename", required=True),
            Param("content", "base64", required=True, form="the file in base64"),
            Param("overwrite", values=("yes", "no", "inc")),
        ),
        writes=True,
    ),
    Operation(
        "download",
        "one file; the answer holds its media_type and its content in base64",
        "endpointfiledownload.html",
        (_RECORD, _ROWID, Param("field", form="at_file_2 … at_file_4, cl_at_file_2 …")),
    ),
    Operation(
        "form",
        "how a form is built: its fields, and its buttons with the values prompts want",
        "endpointuserinterfaceforms.html",
        (Param("formid", required=True, form="a form's id, af_form_fieldname"),),
    ),
)

# Method and path below /api/v1. A parameter named in the path goes there; the rest is the query
# of a GET, else the JSON body. Login and upload are shaped differently.
ROUTES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "create": ("POST", "collect/data/{record}"),
        "read": ("GET", "collect/data/{record}/{rowid}"),
        "counts": ("GET", "collect/data/{record}/{rowid}/counts"),
        "subrecords": ("GET", "collect/data/{record}/{rowid}/{subrecord}"),
        "update": ("PATCH", "collect/data/{record}/{rowid}"),
        "delete": ("DELETE", "collect/data/{record}/{rowid}"),
        "runplan": ("POST", "collect/app/runplan"),
        "report": ("POST", "collect/app/report"),
        "download": ("GET", "collect/app/download"),
        "form": ("GET", "collect/ui/forms/{formid}"),
    }
)

_PLAN_RECORDS = {"client", "debtor", "cosigner", "associate"}

# What a list of parameters can't say: operation → (what must hold, whether it does).
_RULES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bool]]] = {
    "create": (
        "business-logic from 0 to 4",
        lambda given: 0 <= given.get("business-logic", 4) <= 4,
    ),
    "runplan": (
        "exactly one of client, debtor, cosigner and associate",
        lambda given: len(_PLAN_RECORDS & given.keys()) == 1,
    ),
    "report": ("a report or a script", lambda given: bool({"report", "script"} & given.keys())),
}


def checked(name: str, given: Mapping[str, Any]) -> Operation:
    """The operation `name`, once its parameters are found good. Raises Refused."""
    if name not in OPERATIONS:
        raise Refused(f"Collect! has no operation {name}")
    operation = OPERATIONS[name]
    check(operation, given)
    rule = _RULES.get(name)
    if rule and not rule[1](given):
        raise Refused(f"{name} needs {rule[0]}")
    return operation
