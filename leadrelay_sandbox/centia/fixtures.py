"""What the account of this centiaCRM has been set up with: its lists and its first records."""

from typing import Any

type Row = dict[str, Any]

EMAIL = "api@example.com"
PROFILE_ID = 7
COMPANY_ID = 70
ORIGIN_ID = 3
USER: Row = {"id": 5, "name": "Alta", "surname": "Web", "email": EMAIL}


def _named(*names: str, start: int = 1) -> list[Row]:
    return [{"id": number, "name": name} for number, name in enumerate(names, start)]


def _inputs(*slugs: str) -> list[Row]:
    return [
        {"id": number, "slug": slug, "name": slug.replace("_", " ").title(), "type": "text"}
        for number, slug in enumerate(slugs, 1)
    ]


LISTS: dict[str, list[Row]] = {
    "Profiles.GetProfiles": [{"id": PROFILE_ID, "name": "Ventas"}],
    "Profiles.GetStages": _named("Prospecto", "Propuesta", "Negociación", "Cierre"),
    "Profiles.GetCountries": [
        {"code": "MX", "name": "México"},
        {"code": "US", "name": "Estados Unidos"},
        {"code": "ES", "name": "España"},
        {"code": "GB", "name": "Reino Unido"},
        {"code": "FR", "name": "Francia"},
        {"code": "DE", "name": "Alemania"},
    ],
    "Profiles.GetUsers": [
        USER,
        {"id": 6, "name": "Alex", "surname": "Agent", "email": "alex.agent@example.com"},
    ],
    "Companies.GetTypes": _named("Prospecto", "Cliente", "Proveedor"),
    "Companies.GetIndustries": _named("Servicios", "Manufactura", "Tecnología"),
    "Companies.GetInputs": _inputs("referencia"),
    "Contacts.GetOrigins": _named("Recomendación", "Llamada", "Sitio web"),
    "Contacts.GetTitles": _named("Sr.", "Sra.", "Dr.", "Dra."),
    "Contacts.GetDepartments": _named("Dirección", "Compras", "Recursos Humanos"),
    "Contacts.GetPositions": _named("Director", "Gerente", "Analista"),
    "Contacts.GetInputs": _inputs("referencia"),
    "Products.GetCategories": _named("General"),
    "Products.GetValidities": _named("30 días"),
    "Products.GetDiscounts": _named("Ninguno"),
    "Products.GetMeasures": _named("Pieza", "Hora"),
    "Products.GetTaxes": [{"id": 1, "name": "IVA", "value": 0.16}],
    "Products.GetInputs": _inputs("color", "talla"),
    "Opportunities.GetInputs": _inputs("referencia"),
    "Tickets.GetOrigins": _named("Correo", "Teléfono", "Sitio web"),
    "Tickets.GetCases": _named("Consulta", "Queja"),
    "Tickets.GetPriorities": _named("Baja", "Media", "Alta"),
}

STATES: dict[str, list[Row]] = {
    "MX": [
        {"code": "CMX", "name": "Ciudad de México"},
        {"code": "JAL", "name": "Jalisco"},
        {"code": "NLE", "name": "Nuevo León"},
    ],
    "US": [{"code": "NY", "name": "New York"}, {"code": "CA", "name": "California"}],
    "ES": [{"code": "M", "name": "Madrid"}, {"code": "B", "name": "Barcelona"}],
    "GB": [{"code": "ENG", "name": "England"}, {"code": "SCT", "name": "Scotland"}],
    "FR": [{"code": "IDF", "name": "Île-de-France"}],
    "DE": [{"code": "BE", "name": "Berlin"}, {"code": "BY", "name": "Bayern"}],
}

RECORDS: dict[str, list[Row]] = {
    "companies": [
        {
            "id": COMPANY_ID,
            "client_number": "C-70",
            "name": "Contactos del sitio web",
            "type_id": 1,
            "industry_id": 1,
            "created_at": "2024-01-15 09:00:00",
        }
    ],
    "contacts": [],
    "products": [
        {"id": 1, "name": "Asesoría", "value": 500.0, "created_at": "2024-01-15 09:00:00"}
    ],
    "opportunities": [],
    # An account in use, which has tickets of other leads.
    "tickets": [
        {
            "id": 100,
            "title": "Website: Somebody (LR-00000000)",
            "description": "Reference: LR-00000000",
            "company_id": COMPANY_ID,
            "created_at": "2024-01-15 09:00:00",
        }
    ],
}
