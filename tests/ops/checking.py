"""What the tests of `leadrelay check` have in common."""

from collections.abc import Callable

from typer.testing import Result

from leadrelay.crms import CRMS

type Check = Callable[..., Result]

ALL = ", ".join(f'"{crm}"' for crm in CRMS)
SENDERS = {"form": "html", "call": "twilio", "resume": "multipart"}
HEAD = '[web]\nkind = "form"\nsender = "html"\n'
NEW_COMPANY = "create_company = true\ncompany_type_id = 1\ncompany_industry_id = 9"
TICKET = 'also = "ticket"\nuser_id = 5\nticket_origin_id = 3\ncase_id = 9\npriority_id = 1'


def source(crm: str, table: str = "", *, kind: str = "form") -> str:
    """One source: its [web.<crm>] is line 5, and the options follow."""
    head = HEAD.replace("form", kind).replace("html", SENDERS[kind])
    return f'{head}deliver = ["{crm}"]\n[web.{crm}]\n{table}\n'


def marked(ran: Result, mark: str) -> list[str]:
    lines = ran.stdout.splitlines()
    return [line.removeprefix(f"{mark} ") for line in lines if line.startswith(mark)]
