"""Accounts, roles, approvals and the one gate: may this actor do this? Knows who runs the archive, no subject."""

from . import accounts, approvals, passkeys, passwords, tokens, visits
from .accounts import Account, actor
from .approvals import Approval
from .gate import may
from .names import same_name
from .passkeys import Challenges, Passkey, Site
from .proving import prove
from .tokens import ApiToken
from .verbs import OF_NOBODY, VERBS
from .visits import Visitor

__all__ = [
    "OF_NOBODY",
    "VERBS",
    "Account",
    "ApiToken",
    "Approval",
    "Challenges",
    "Passkey",
    "Site",
    "Visitor",
    "accounts",
    "actor",
    "approvals",
    "may",
    "passkeys",
    "passwords",
    "prove",
    "same_name",
    "tokens",
    "visits",
]
