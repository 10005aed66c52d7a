"""The request of every Widget API operation, as documented.

From "Widget API v1.11" and the newer help pages: 355 (checkLogon) to 365 (inboundCall), 840
(updateRecord), 1123 (createActivity) to 1127 (getIndividualRecord).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from leadrelay_sandbox.trackerrms.kinds import (
    BASE64,
    CLOCK,
    DATE,
    FLAG,
    INTEGER,
    INTEGER_TEXT,
    MOMENT,
    NUMBER,
    STATE,
    YES_NO,
    Spec,
    one_of,
    texts,
    undocumented,
)

CREDENTIALS = texts("username password oauthtoken apikey")

_PERSON = texts(
    "firstname lastname fullname jobtitle company address1 address2 city state zipcode country"
    " homephone cellphone email linkedin"
)
_CUSTOM_FIELDS: list[Spec] = [{"id": INTEGER} | texts("value")]
_TYPE = one_of("C", "N", "L", "O", "P", "T", "R")
_CONTACT = _PERSON | texts("businessphone website note image")
_RESOURCE: dict[str, Spec] = {
    **_PERSON,
    **texts("workphone nationality languages education source note image skills status"),
    "dateofbirth": DATE,
    "salary": NUMBER,
    "jobhistory": [texts("company jobtitle startdate enddate description")],
    "customfields": _CUSTOM_FIELDS,
}
_LEAD: dict[str, Spec] = {
    **_PERSON,
    **texts("leadname department source description businessphone website image"),
    "leadpersontype": one_of("N", "R"),
}
_OPPORTUNITY = _PERSON | texts(
    "opportunityname department worktype source description businessphone website"
)
_APPLICATION: dict[str, Spec] = {
    "assigntolist": one_of("short", "long"),
    "shortlistedby": one_of("user", "resource"),
}
_ASSIGNMENT = {"assigntoopportunity": INTEGER} | _APPLICATION
_FILE = texts("filename") | {"data": BASE64}


@dataclass(frozen=True)
class Shape:
    """One operation. `nodes` stand beside `credentials`; `needed` are paths without which the
    service has nothing to work on; `apikey` says that its page shows the key; `key` is the body's
    key if it isn't the operation's name; `names_record` that the answer has recordId, recordName.
    """

    nodes: Mapping[str, Spec]
    needed: tuple[str, ...] = ()
    apikey: bool = False
    key: str = ""
    names_record: bool = False


SHAPES = {
    "checkLogon": Shape({}, apikey=True),  # its text names the key, its sample doesn't
    "createContact": Shape(
        {
            "instructions": {"createcompanyifnotexists": FLAG, "overwritecontact": FLAG},
            "contact": _CONTACT,
        },
        needed=("contact",),
        names_record=True,
    ),
    "createResource": Shape(
        {"instructions": {"overwriteresource": FLAG} | _ASSIGNMENT, "resource": _RESOURCE},
        needed=("resource",),
        apikey=True,
        names_record=True,
    ),
    "createResourceFromResume": Shape(
        {
            "instructions": {"overwriteresource": undocumented(FLAG)} | _ASSIGNMENT,
            "resource": _RESOURCE,
            "file": _FILE,
        },
        needed=("resource", "file", "file.filename", "file.data"),
        apikey=True,
        names_record=True,
    ),
    "createLead": Shape(
        {
            "instructions": {"createpersonifnotexists": FLAG, "notifydepartment": FLAG},
            "lead": _LEAD,
        },
        needed=("lead",),
        names_record=True,
    ),
    "createOpportunity": Shape(
        {"instructions": {"createpersonifnotexists": FLAG}, "opportunity": _OPPORTUNITY},
        needed=("opportunity",),
        names_record=True,
    ),
    "getRecords": Shape(
        {
            "instructions": {
                "recordtype": one_of("C", "N", "L", "O", "P", "T", "R", "X", also="A"),
                "recordid": INTEGER,
                "state": STATE,
                **texts("searchtext sortfield"),
                "onlymyrecords": FLAG,
                "numrecords": INTEGER,
                "pagenum": INTEGER,
                "sortdir": one_of("asc", "desc"),
                "updatedbefore": MOMENT,
                "updatedafter": MOMENT,
                "includecustomfields": FLAG,
            }
        },
        needed=("instructions", "instructions.recordtype"),
    ),
    "getIndividualRecord": Shape(
        {
            "instructions": {
                "recordtype": one_of("L", "O", "P", "T", "A", "R"),
                "recordid": INTEGER,
            }
        },
        needed=("instructions", "instructions.recordtype", "instructions.recordid"),
    ),
    "getDocumentFolders": Shape(
        {"instructions": {"recordtype": _TYPE, "recordid": INTEGER}},
        needed=("instructions", "instructions.recordtype"),
    ),
    "checkPerson": Shape(
        {"details": texts("email phone linkedin")},
        needed=("details",),
        apikey=True,  # as for checkLogon
    ),
    "getSettingsData": Shape({}, key="checkPerson"),
    "inboundCall": Shape(
        {"instructions": texts("source destination")},
        needed=("instructions", "instructions.source", "instructions.destination"),
    ),
    "updateRecord": Shape(
        {
            "instructions": {
                "recordtype": one_of("C", "N", "L", "O", "P", "T", "R", "X", "A"),
                "recordid": INTEGER,
            },
            "updates": [texts("column value")],
            "customfields": _CUSTOM_FIELDS,
            "skills": _CUSTOM_FIELDS,
        },
        needed=("instructions", "instructions.recordtype", "instructions.recordid"),
    ),
    "createActivity": Shape(
        {
            "instructions": {},
            "activity": {
                **texts("subject type status priority contactType note"),
                "date": DATE,
                "time": CLOCK,
                "userId": INTEGER,
                "linkRecordType": _TYPE,
                "linkRecordId": INTEGER,
            },
            "customfields": _CUSTOM_FIELDS,
        },
        needed=("activity",),
    ),
    "resourceApplication": Shape(
        {
            "instructions": {
                "opportunityid": INTEGER_TEXT,
                "resourceid": INTEGER_TEXT,
                **_APPLICATION,
                **texts("source"),
            }
        },
        needed=("instructions", "instructions.opportunityid", "instructions.resourceid"),
        apikey=True,
    ),
    "attachDocument": Shape(
        {
            "file": {
                **_FILE,
                "recordType": _TYPE,
                "recordId": INTEGER,
                "documentType": one_of(
                    "general", "resume", "photo", "specification", "logo", "agencyresume"
                ),
                "primary": YES_NO,
            }
        },
        needed=("file", "file.filename", "file.data", "file.recordType", "file.recordId"),
        apikey=True,
    ),
    "addComplianceItem": Shape(
        {
            "record": {
                "resourceId": INTEGER,
                "complianceItemId": INTEGER,
                **texts("complianceItemName status notes"),
                "mandatory": FLAG,
                "dateCompleted": DATE,
                "dateExpires": DATE,
            },
            "file": _FILE,
        },
        needed=("record", "record.resourceId"),
        apikey=True,
    ),
}
