"""The errors that the webservice answers with, always in HTTP 200: WebServiceErrorCode.php's."""


class WebServiceError(Exception):
    """An error reply: `code` and `message` as they stand in the envelope."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def denied(what: str = "") -> WebServiceError:
    """The answer to most mistakes. `what` is "name", "id" or "query", where the server says so."""
    words = "Permission to perform the operation is denied"
    return WebServiceError("ACCESS_DENIED", f"{words} for {what}" if what else words)


def missing(field: str) -> WebServiceError:
    return WebServiceError("MANDATORY_FIELDS_MISSING", f"{field} does not have a value")


def bad_reference(field: str) -> WebServiceError:
    return WebServiceError("REFERENCE_INVALID", f"Invalid reference specified for {field}")


def wrong_id() -> WebServiceError:
    return WebServiceError("INVALID_ID_ATTRIBUTE", "Id specified is incorrect")


def wrong_owner() -> WebServiceError:
    return WebServiceError("INVALID_ID_ATTRIBUTE", "Invalid owner of the record")


def database() -> WebServiceError:
    """The key is never translated: the folder of translations isn't in any release."""
    return WebServiceError("DATABASE_QUERY_ERROR", "LBL_DATABASE_QUERY_ERROR")


def internal() -> WebServiceError:
    """Any exception that the webservice did not foresee, such as one of the lexer's."""
    return WebServiceError("INTERNAL_SERVER_ERROR", "Unknown Error while processing request")


def syntax(message: str) -> WebServiceError:
    return WebServiceError("QUERY_SYNTAX_ERROR", message)
