"""What a source's options lack or name in vain, by the modules that Initiative describes."""

from collections.abc import Iterator

from leadrelay.crm.base import Advice
from leadrelay.crm.initiative import payload
from leadrelay.crm.initiative.api import Api
from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.initiative.options import Options
from leadrelay.crm.mapping import is_constant
from leadrelay.errors import Refused
from leadrelay.lead import Kind


def advise(api: Api, kind: Kind, options: Options) -> Iterator[Advice]:  # noqa: ARG001  # the same for all
    module = api.describe(options.module)
    for name in unfilled(module, options):
        text = f"{module.name} can't be made without {name}, and nothing fills it: set it in fields"
        yield Advice(f"fields.{name}", text)
    for key, named, templates in (
        ("fields", options.module, options.fields),
        ("event_fields", "Events", options.event_fields),
        ("document_fields", "Documents", options.document_fields),
    ):
        for name, template in templates.items():
            yield from _judge(f"{key}.{name}", api.describe(named), name, template.strip())


def unfilled(module: Module, options: Options) -> list[str]:
    """Mandatory fields of the module that no lead of such a source can fill."""
    filled = payload.fillable(module) | options.fields.keys()
    return [name for name, field in module.fields.items() if field.mandatory and name not in filled]


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
