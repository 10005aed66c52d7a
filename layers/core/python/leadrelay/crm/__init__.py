"""The CRMs, each a package with the same doors; other rooms are a CRM's own.

- `operations`: its documented API as the table OPERATIONS
- `login`: SECRET_KEYS, and `Login`, which all threads share
- `api`: `Api`, one checked `call` for every operation, and typed methods for our own use
- `options`: `Options`, what a source may set
- `payload`: from a lead to what is sent; pure
- `find`: what a lead became, and whom it is from
- `callers`: `caller`, who has a telephone number
- `advice`: `advise`, what stands between an account and the leads of a source
- `delivery`: the adapter, a `crm.base.Crm`: a lead's way in, step by step
"""
