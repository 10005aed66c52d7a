"""The command: its subcommands by what they are for, each imported only when it is called."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperGroup

# httpx imports rich for a command of its own, which took a third of the time of `check`.
sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))

# What for → name → (module:function, the first line of that function's docstring).
COMMANDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Look": {
        "leads": ("leads:leads", "Find leads, the newest first, and where they have got to."),
        "tail": ("leads:tail", "Show new leads as they come, until Ctrl-C."),
        "trace": ("trace:trace", "Tell the whole story of a lead, or of every lead of a person."),
        "file": ("file:file", "Fetch the files that came with a lead."),
        "status": (
            "pausing:status",
            "Show which CRMs get their leads, what waits for them, and when each source sent last.",
        ),
        "canary": (
            "canary:canary",
            "Send a marked lead the whole way but into the CRMs; says which part stopped it.",
        ),
        "digest": ("digest:digest", "Show the daily digest as it would be now."),
    },
    "Act": {
        "parked": (
            "parked:parked",
            "List the deliveries that wait for a person, with the counts by reason.",
        ),
        "replay": (
            "replay:replay",
            "Plan, and with --yes send, what is parked once more. Safe to stop, and to repeat.",
        ),
        "release": ("release:release", "Send leads that were put aside as doubtful to their CRMs."),
        "refused": (
            "refused:refused",
            "List requests that were refused, and take them in once what was wrong is mended.",
        ),
        "pause": ("pausing:pause", "Bring no lead to a CRM until somebody says resume."),
        "resume": ("pausing:resume", "Go on bringing leads to a CRM now, whoever paused it."),
        "erase": (
            "erase:erase",
            "Erase all leads of a person, with their files; says which CRM records remain.",
        ),
    },
    "Set up": {
        "check": (
            "deep.command:check",
            "Check sources.toml, the secrets, a login at each CRM, and what they have by name.",
        ),
        "sources": (
            "sources:sources",
            "List the sources with their URLs, and how to set each sender up.",
        ),
        "secrets": ("secrets:secrets", "Set a CRM's or a source's secret, asked for unseen."),
        "cost": (
            "cost:cost",
            "Tell what a stack costs in a month, idle and by its leads, item by item.",
        ),
        "send": ("send:send_samples", "Send sample requests, signed anew, to the stack's API."),
        "preview": (
            "preview:preview",
            "Show the record that each CRM would get of a sample request, field by field.",
        ),
        "crm": ("crm:crm", "List a CRM's operations, or call one."),
    },
    "Offline twin": {
        "up": ("up:up", "Start the twin, deploy the stack to it, and stay up until Ctrl-C."),
        "demo": ("demo:demo", "Start the twin, send every sample, and show which CRM got what."),
        "fault": ("fault:fault", "Have the twin's CRM fail: set, list and clear its faults."),
    },
}


class _Commands(TyperGroup):
    """Knows its commands by name, and imports the one that is asked for."""

    def list_commands(self, _: Any) -> list[str]:
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, _: Any, cmd_name: str) -> Any:
        for commands in COMMANDS.values():
            if cmd_name in commands:
                module, _, function = commands[cmd_name][0].partition(":")
                one = typer.Typer(add_completion=False, rich_markup_mode=None)
                made = getattr(import_module(f"leadrelay_ops.{module}"), function)
                one.command(cmd_name)(made)
                return typer.main.get_command(one)
        return None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            hint = import_module("leadrelay_ops.failures").did_you_mean(args[0], names)
            ctx.fail(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, _: Any, formatter: Any) -> None:
        for purpose, commands in COMMANDS.items():
            with formatter.section(purpose):
                formatter.write_dl([(name, summary) for name, (_, summary) in commands.items()])

    def invoke(self, ctx: Any) -> Any:
        failures = import_module("leadrelay_ops.failures")
        with failures.in_one_line(), failures.ctrl_c_at_a_prompt():
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _leadrelay() -> None:
    """Look after a Leadrelay stack: the offline twin, or one on AWS."""
