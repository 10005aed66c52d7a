"""Every CRM's package has the same doors: who knows one knows them all."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS

ROOT = Path(__file__).parents[2]
DOORS = {
    "advice": "advise",
    "api": "Api",
    "callers": "caller",
    "delivery": "",  # named after the CRM, see leadrelay.crms
    "find": "",
    "login": "Login SECRET_KEYS",
    "operations": "OPERATIONS",
    "options": "Options",
    "payload": "",
}


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.parametrize(("door", "names"), DOORS.items())
def test_each_crm_has_the_same_doors(crm: str, door: str, names: str) -> None:
    module = import_module(f"leadrelay.crm.{crm}.{door}")

    assert [name for name in names.split() if not hasattr(module, name)] == []


@pytest.mark.parametrize("crm", CRMS)
def test_an_adapter_takes_what_the_doors_give(crm: str) -> None:
    room = f"leadrelay.crm.{crm}"

    assert adapter(crm).__module__ == f"{room}.delivery"
    assert adapter(crm).Options is import_module(f"{room}.options").Options
    assert adapter(crm).operations is import_module(f"{room}.operations").OPERATIONS
    assert adapter(crm).secret_keys is import_module(f"{room}.login").SECRET_KEYS


def test_what_is_no_door_is_not_imported_from_outside() -> None:
    """Rooms of a CRM's own, such as its query language, are for itself and for its tests."""
    shipped = ("functions", "layers", "leadrelay_ops", "leadrelay_sandbox")
    files = [path for folder in shipped for path in (ROOT / folder).rglob("*.py")]
    outside = [path for path in files if path.parent.name not in CRMS]
    imported = {name for path in outside for name in _imports(path)}
    rooms = {name.split(".")[3] for name in imported if name.startswith(_prefixes())}

    assert len(outside) > 100
    assert rooms <= DOORS.keys()


def _prefixes() -> tuple[str, ...]:
    return tuple(f"leadrelay.crm.{crm}." for crm in CRMS)


def _imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [f"{node.module}.{alias.name}" for node in froms for alias in node.names]
