"""Accounts, roles, approvals and the one gate: may this actor do this? Knows who runs the archive, no subject."""

from . import accounts, approvals
from .accounts import Account, actor
from .approvals import Approval
from .gate import may
from .verbs import VERBS

__all__ = ["VERBS", "Account", "Approval", "accounts", "actor", "approvals", "may"]
