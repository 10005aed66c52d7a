"""What a source's options lack or name in vain, by the modules that Initiative describes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leadrelay.crm import origins, owners
from leadrelay.crm.base import Advice
from leadrelay.crm.initiative import event, payload
from leadrelay.crm.initiative.api import Api
from leadrelay.crm.initiative.fields import Field, Module
from leadrelay.crm.initiative.options import Options
from leadrelay.crm.mapping import is_constant, never_empty
from leadrelay.errors import Refused
from leadrelay.lead import Kind

_FILE = frozenset({"notecontent", "filelocationtype", "filestatus", "assigned_user_id"})


@dataclass(frozen=True, slots=True)
class _Needed:
    """A module that leads of a kind need; `key` is the option that fills its fields."""

    name: str
    key: str
    templates: Mapping[str, str]
    needs_note: bool = True


def advise(api: Api, kind: Kind, options: Options) -> Iterator[Advice]:
    needed = [_Needed(options.module, "fields", options.fields)]
    if kind == "call":
        needed.append(_Needed("Events", "event_fields", options.event_fields))
    else:
        files = _Needed("Documents", "document_fields", options.document_fields, needs_note=False)
        needed.append(files)
    for one in needed:
        yield from _of_module(api, one)
    if options.came_by:
        yield from _of_origins(api, options)
    if options.owner:
        yield from owners.advise(options.owner, api.users())
    if options.assigned_user_id:
        yield from _of_owner(api, options.assigned_user_id)


def _of_module(api: Api, needed: _Needed) -> Iterator[Advice]:
    try:
        module = api.describe(needed.name)
    except Refused:
        yield Advice("", f"the user may not see {needed.name}: give their role access to it")
        return
    if not module.createable:
        yield Advice("", f"the user may not create {needed.name}: give their role the right to")
    if needed.needs_note and "description" not in module.fields:
        text = f"the user may not see {needed.name}.description, which holds the note: show it"
        yield Advice("", f"{text} in their profile")
    for name in _unfilled(module, needed.templates):
        text = (
            f"{needed.name} can't be made without {name}, and a lead may have nothing for it: set "
            f'it in {needed.key}, for instance to a template with a default, "{{city|unknown}}"'
        )
        yield Advice(f"{needed.key}.{name}", text)
    for name, template in needed.templates.items():
        yield from _judge(f"{needed.key}.{name}", module, name, template.strip())


def _of_origins(api: Api, options: Options) -> Iterator[Advice]:
    try:
        source = api.describe(options.module).fields.get("leadsource", Field(""))
    except Refused:
        return
    yield from origins.advise(options.came_by, source.values)


def _unfilled(module: Module, templates: Mapping[str, str]) -> list[str]:
    """Mandatory fields of the module that some lead of such a source leaves empty."""
    filled = _filled(module) | {name for name, text in templates.items() if never_empty(text)}
    return [name for name, field in module.fields.items() if field.mandatory and name not in filled]


def _filled(module: Module) -> set[str]:
    match module.name:
        case "Events":
            return {*event.FILLED}
        case "Documents":
            return {*_FILE, payload.title_field(module)}
        case _:
            return payload.filled(module)


def _of_owner(api: Api, owner: str) -> Iterator[Advice]:
    """Whoever may read their own user's record learns by this whether there is another."""
    try:
        api.call("retrieve", id=api.user_id)
    except Refused:
        return
    try:
        api.call("retrieve", id=owner)
    except Refused:
        text = f"there is no user or group {owner} that we may see: records would be nobody's"
        yield Advice("assigned_user_id", text)


def _judge(key: str, module: Module, name: str, template: str) -> Iterator[Advice]:
    field = module.fields.get(name)
    if field is None:
        lists = f"`leadrelay crm initiative describe {module.name}` lists them"
        yield Advice(key, f"{module.name} has no field {name}; {lists}")
    elif field.values and is_constant(template) and template not in field.values:
        yield Advice.unlisted(key, template, field.values)
    elif is_constant(template):
        try:
            module.check({name: template})
        except Refused as refused:
            yield Advice(key, str(refused))
