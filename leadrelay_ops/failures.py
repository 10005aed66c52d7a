"""What a person can mend is told in one line; a traceback is for defects of ours."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches

import typer
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from leadrelay.aws.clients import code
from leadrelay.errors import DeliveryError, LeadrelayError
from leadrelay.sources_file import SourcesError
from leadrelay_ops import screen


class Told(Exception):
    """What a person asked for can't be done; the message says what to do instead."""


_LISTED = 12  # names that a person may read beside a guess
_TO_DO: Mapping[type[BaseException], str] = {
    NoRegionError: "Set AWS_DEFAULT_REGION, such as AWS_DEFAULT_REGION=eu-west-1",
    NoCredentialsError: "Log in (aws sso login), or set AWS_PROFILE",
    TokenRetrievalError: "Log in again (aws sso login)",
    SSOTokenLoadError: "Log in (aws sso login)",
    UnauthorizedSSOTokenError: "Log in again (aws sso login)",
    ProfileNotFound: "Set AWS_PROFILE to one of `aws configure list-profiles`",
    EndpointConnectionError: "Is `make up` still running, or the network there?",
}
_LOGIN = "Log in again (aws sso login), or look at the keys of AWS_PROFILE"
_RIGHT = "Somebody who may has to give you that right"
_CODES = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), _LOGIN),
    **dict.fromkeys(("InvalidClientTokenId", "UnrecognizedClientException"), _LOGIN),
    **dict.fromkeys(("SignatureDoesNotMatch", "InvalidSignatureException"), _LOGIN),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException"), _RIGHT),
    **dict.fromkeys(("Throttling", "ThrottlingException"), "Try again in a minute"),
    "ProvisionedThroughputExceededException": "Try again in a minute",
    "ResourceNotFoundException": "`leadrelay check --deep` tells which part of the stack is gone",
}


@contextmanager
def in_one_line() -> Iterator[None]:
    """End the command with 1, and a line on stderr."""
    try:
        yield
    except DeliveryError as error:
        _end(error.reason, error)
    except (Told, LeadrelayError, SourcesError) as error:
        _end(_with_advice(str(error), error.__cause__), error)
    except (ClientError, BotoCoreError) as error:
        _end(_with_advice(f"AWS: {error}", error), error)
    except OSError as error:
        if error.filename is None:  # no file's, such as a pipe that nobody reads any more
            raise
        _end(f"{error.filename}: {error.strerror}", error)


def _with_advice(message: str, cause: BaseException | None) -> str:
    """With what to do about what AWS says, where that is known."""
    to_do = _TO_DO.get(type(cause)) if cause else None
    if isinstance(cause, ClientError):
        to_do = _CODES.get(code(cause))
    return f"{message.rstrip('.')}. {to_do}" if to_do else message


@contextmanager
def ctrl_c_at_a_prompt() -> Iterator[None]:
    """Is Ctrl-C as anywhere else; a no isn't."""
    try:
        yield
    except typer.Abort as stopped:
        if isinstance(stopped.__context__, KeyboardInterrupt):
            raise stopped.__context__ from None
        raise


def _end(message: str, cause: Exception) -> None:
    screen.say(*message.splitlines(), err=True)
    raise typer.Exit(1) from cause


def choose(what: str, given: str, known: Iterable[str]) -> str:
    """The one that is meant, in any case of its letters. Raises Told, which says what there is."""
    names = {name.casefold(): name for name in known}
    if given.casefold() in names:
        return names[given.casefold()]
    raise Told(f"there is no {what} {given!r}{did_you_mean(given, names.values())}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a sentence about what there isn't."""
    names = [*known]
    lower = {name.casefold(): name for name in names}
    close = get_close_matches(given.casefold(), lower, n=1, cutoff=0.6)
    there = f"here {'is' if len(names) == 1 else 'are'} {', '.join(names[:_LISTED])}"
    if close:
        rest = f" T{there}" if len(names) <= _LISTED else ""
        return f"; did you mean {lower[close[0]]}?{rest}"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"; t{there}{more}" if names else ""
