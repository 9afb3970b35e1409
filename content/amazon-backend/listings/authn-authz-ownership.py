"""Authorise every action on this very object: deny by default."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:  # from the verified session, never from the request
    user: int
    tenant: int
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Invoice:
    owner: int
    tenant: int


RULES = {  # an action without a rule is denied
    "read": lambda c, i: c.user == i.owner or "clerk" in c.roles,
    "refund": lambda c, i: c.user != i.owner and "clerk" in c.roles,
}


def load(caller, action, key, invoices):
    """Return the invoice, or say "not found" for every refusal."""
    invoice, allowed = invoices.get(key), RULES.get(action)
    if (
        invoice is None
        or allowed is None
        or invoice.tenant != caller.tenant  # nobody crosses tenants
        or not allowed(caller, invoice)
    ):
        raise LookupError(f"no invoice {key}")
    return invoice
