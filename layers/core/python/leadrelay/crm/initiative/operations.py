"""The documented operations of Initiative's API v1.1, and what each error code means to us.

Where the document is silent, "observed on vtiger 6.0" says so: Initiative reports that version.
"""

from collections.abc import Mapping
from types import MappingProxyType

from leadrelay.crm.operations import Operation, Param, table
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown

_ID = Param("id", required=True, form="<idPrefix>x<number>, e.g. 9x6617554")
_MODULE = Param("elementType", required=True, form="a module of listtypes, case-sensitive")
_ELEMENT = Param("element", "object", required=True, form="an object of the module's fields")

OPERATIONS = table(
    Operation(
        "getchallenge",
        "a token for login; it replaces the user's previous one and lives 300 s",
        "API v1.1, p. 3",
        (Param("username", required=True, form="prefix/user"),),
    ),
    Operation(
        "login",
        "a session; accessKey is md5(token + the user's wsuserkey) in lowercase hex",
        "API v1.1, p. 4",
        (Param("username", required=True), Param("accessKey", required=True)),
    ),
    Operation("logout", "end the session; may be closed to us", "observed on vtiger 6.0"),
    Operation(
        "listtypes",
        "the modules that the user may see",
        "API v1.1, p. 4; fieldTypeList: observed on vtiger 6.0",
        (Param("fieldTypeList", "list", form='a list of field types, e.g. ["email"]'),),
    ),
    Operation("describe", "the fields of a module", "API v1.1, p. 6", (_MODULE,)),
    Operation("retrieve", "one record", "API v1.1, p. 12", (_ID,)),
    Operation(
        "create",
        "make a record; a Document may bring its file",
        "API v1.1, p. 13-14",
        (
            _MODULE,
            _ELEMENT,
            Param("filename_attachment", form="the file in Base64, or its URL"),
            Param("filename_attachment_name", form="the file's name without extension"),
            Param("related_to", form="the id of the record that the document belongs to"),
        ),
        writes=True,
    ),
    Operation(
        "update",
        "change fields of the record element.id; `call` sends the others as they are",
        "API v1.1, p. 14; id in element: observed on vtiger 6.0",
        (_MODULE, _ELEMENT),
        writes=True,
    ),
    Operation(
        "query",
        "records by a VTQL SELECT that ends with a semicolon; at most 100",
        "API v1.1, p. 15-16",
        (Param("query", required=True, form="a VTQL SELECT"),),
    ),
    Operation(
        "retrieve_related",
        "the records related to one; at most 100, without paging",
        "API v1.1, p. 17",
        (
            _ID,
            Param("relatedType", required=True),
            # Optional in the document; without it vtiger answers UNKOWN_ENTITY.
            Param("relatedLabel", required=True, form="as relatedType"),
        ),
    ),
)

POSTED = frozenset({"login", "logout", "create", "update"})
"""Operations whose parameters are read from a form body; the others' from the query string. With
the wrong verb the server sees none of them (observed on vtiger 6.0)."""

WITHOUT_SESSION = frozenset({"getchallenge", "login"})


class SessionLost(Retryable):
    """The server no longer knows the session. It looks before it works, so nothing was done."""


class Denied(Refused):
    """We have no right to it, or there is no such module, field or record."""


class Doubtful(Unknown):
    """A write was answered with an error that doesn't prove that nothing was written.

    `if_absent` is what the error means once a look has found no record.
    """

    if_absent: type[DeliveryError] = Refused


CODES: Mapping[str, type[DeliveryError]] = MappingProxyType(
    dict.fromkeys(
        (
            "INVALID_SESSIONID",
            "SESSION_EXPIRED",
            "SESSION_LEFT_IDLE",
            "AUTHENTICATION_REQUIRED",
        ),
        SessionLost,
    )
    | dict.fromkeys(
        (
            "INVALID_AUTH_TOKEN",
            "INVALID_USER_CREDENTIALS",
            "ACCESSKEY_UNDEFINED",
            "AUTHENTICATION_FAILURE",
        ),
        Misconfigured,
    )
    | {"DATABASE_QUERY_ERROR": Retryable}  # a lock waited for too long, or a value not taken
    | {"ACCESS_DENIED": Denied}
    | dict.fromkeys(
        (
            "MANDATORY_FIELDS_MISSING",
            "REFERENCE_INVALID",
            "INVALID_ID_ATTRIBUTE",
            "QUERY_SYNTAX_ERROR",
            "UNKOWN_ENTITY",  # the server's spelling
            "OPERATION_NOT_SUPPORTED",
            "UNKNOWN_OPERATION",
            "RECORD_NOT_FOUND",
            "INTERNAL_SERVER_ERROR",  # seen for input that it will never take
            "INVALID_OLD_PASSWORD",
            "NEW_PASSWORD_MISMATCH",
            "CHANGE_PASSWORD_FAILURE",
            "PASSWORD_NOT_STRONG",
            "INVALID_POTENTIAL_FOR_CONVERTLEAD",
            "LEAD_ALREADY_CONVERTED",
            "LEAD_RELATEDLIST_UPDATE_FAILED",
            "FAILED_TO_CREATE_RELATION",
            "FAILED_TO_MARK_LEAD_CONVERTED",
            "CURRENCY_INACTIVE",
            "0",  # vtiger 8: "Duplicate(s) detected!"
        ),
        Refused,
    )
)
"""Error codes of vtiger 6.0's WebServiceErrorCode.php and later additions → what happens next."""

_DOUBTFUL = frozenset({"INVALID_ID_ATTRIBUTE", "INTERNAL_SERVER_ERROR", "DATABASE_QUERY_ERROR"})


def verdict(code: str | int, words: str, *, writes: bool) -> DeliveryError:
    """The error that an answer with `"success": false` stands for.

    Its message never holds `words`, and a code only if it is one of `CODES`.
    """
    name = str(code)
    meaning = CODES.get(name, Refused)
    message = f"Initiative answered {name}"
    if name not in CODES:
        message, words = "Initiative answered with an error of its own", f"{name}: {words}"
    if writes and (name in _DOUBTFUL or name not in CODES):
        doubtful = Doubtful(message, words=words)
        doubtful.if_absent = meaning
        return doubtful
    return meaning(message, words=words)
