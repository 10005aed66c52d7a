"""What a record has to refer to before centiaCRM makes it."""

from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay_sandbox.centia.fixtures import LISTS, STATES
from leadrelay_sandbox.centia.store import Store

# Parameter → the method that lists what it may be, or the kind of record it names.
_REFERENCES: dict[str, dict[str, str]] = {
    "Companies.CreateCompany": {
        "type_id": "Companies.GetTypes",
        "industry_id": "Companies.GetIndustries",
    },
    "Contacts.CreateContact": {
        "company_id": "companies",
        "origin_id": "Contacts.GetOrigins",
        "title_id": "Contacts.GetTitles",
        "position_id": "Contacts.GetPositions",
        "department_id": "Contacts.GetDepartments",
    },
    "Products.CreateProduct": {
        "product_discount_id": "Products.GetDiscounts",
        "product_validity_id": "Products.GetValidities",
        "product_measury_id": "Products.GetMeasures",
        "product_category_id": "Products.GetCategories",
    },
    "Opportunities.CreateOpportunity": {
        "user_id": "Profiles.GetUsers",
        "stage_id": "Profiles.GetStages",
        "company_id": "companies",
        "contact_id": "contacts",
    },
    "Tickets.CreateTicket": {
        "company_id": "companies",
        "contact_id": "contacts",
        "opportunity_id": "opportunities",
        "user_id": "Profiles.GetUsers",
        "origin_id": "Tickets.GetOrigins",
        "case_id": "Tickets.GetCases",
        "priority_id": "Tickets.GetPriorities",
    },
}
_REFERENCES["Products.EditProduct"] = {
    **_REFERENCES["Products.CreateProduct"],
    "product_id": "products",
}


def objections(operation: str, given: Mapping[str, Any], store: Store) -> Iterator[str]:
    """Why this record is not made. The page's words for it are unknown; these are ours."""
    for name, source in _REFERENCES[operation].items():
        # Some ids of a product are documented as strings.
        if name in given and str(given[name]) not in _ids(source, store):
            yield f"The selected {name} is invalid."
    for name in ("shipping_address", "billing_address"):
        yield from _address_objections(name, given.get(name, {}))
    yield from _link_objections(given, store)
    yield from _product_objections(given, store)


def _ids(source: str, store: Store) -> set[str]:
    if source in LISTS:
        return {str(row["id"]) for row in LISTS[source]}
    return {str(number) for number in store.rows[source]}


def _address_objections(name: str, address: Mapping[str, str]) -> Iterator[str]:
    country, state = address.get("country"), address.get("state")
    if country and country not in {row["code"] for row in LISTS["Profiles.GetCountries"]}:
        yield f"The selected {name}.country is invalid."
    elif state and state not in {row["code"] for row in STATES.get(country or "", [])}:
        yield f"The selected {name}.state is invalid."


def _link_objections(given: Mapping[str, Any], store: Store) -> Iterator[str]:
    """ "The contact must belong to the company selected", for opportunities and tickets."""
    contact = store.rows["contacts"].get(given.get("contact_id", 0))
    if contact and contact["company_id"] != given["company_id"]:
        yield "The contact does not belong to the company."


def _product_objections(given: Mapping[str, Any], store: Store) -> Iterator[str]:
    if given.get("want_products") and not given.get("products"):
        yield "The products field is required when want_products is true."
    products = given.get("products", [])
    for product in products if isinstance(products, list) else [products]:
        if product["product_id"] not in store.rows["products"]:
            yield "The selected products.product_id is invalid."
        if not 0 <= product["tax"] <= 1:
            yield "The products.tax must be between 0.00 and 1.00."
    if not set(given.get("taxes", [])) <= {row["id"] for row in LISTS["Products.GetTaxes"]}:
        yield "The selected taxes is invalid."
    if not given.get("inputs", {}).keys() <= {row["slug"] for row in LISTS["Products.GetInputs"]}:
        yield "The selected inputs is invalid."
