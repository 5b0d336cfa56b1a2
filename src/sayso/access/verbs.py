"""Which role may do what: one table, read by one gate. What is not in the table is refused.

May know: verbs and roles. Must not know: what a verb does.
"""

from __future__ import annotations

from ..values import Role

_EVERYONE = frozenset(Role)
_STAFF = frozenset({Role.OPERATOR, Role.REVIEWER, Role.OVERSEER})
_OPERATOR = frozenset({Role.OPERATOR})
_OPERATOR_OVERSEER = frozenset({Role.OPERATOR, Role.OVERSEER})
_OPERATOR_REVIEWER = frozenset({Role.OPERATOR, Role.REVIEWER})
_SUBJECT = frozenset({Role.SUBJECT})
_OPERATOR_SUBJECT = frozenset({Role.OPERATOR, Role.SUBJECT})

#: Verb → roles. Overseers read and change nothing; they see lists, no faces. What a subject may do of these, they may
#: do to, and read about, nobody but themselves.
VERBS: dict[str, frozenset[Role]] = {
    "init": _OPERATOR,
    "collection.new": _OPERATOR,
    "collection.list": _STAFF,
    "collection.show": _STAFF,
    "collection.delete": _OPERATOR,
    "collection.approve": _OPERATOR,
    "collection.chips": _OPERATOR,
    "add": _OPERATOR,
    "photo.list": _STAFF,
    "photo.show": _OPERATOR_REVIEWER,
    "photo.redact": _OPERATOR,
    "photo.delete": _OPERATOR,
    # Anybody may ask to be closed; a door without accounts answers for the person as a subject.
    "photo.hide": frozenset({Role.OPERATOR, Role.REVIEWER, Role.SUBJECT}),
    "photo.hidden": _STAFF,
    "photo.keep-hidden": _OPERATOR_REVIEWER,
    "photo.unhide": _OPERATOR_REVIEWER,
    "notice.publish": _OPERATOR,
    "notice.waiting": _OPERATOR,
    "invite": _OPERATOR,
    "poster.new": _OPERATOR,
    "poster.list": _OPERATOR_OVERSEER,
    "poster.end": _OPERATOR,
    # Anybody may read what hangs on a wall, and ask to be invited.
    "poster.ask": _OPERATOR_SUBJECT,
    "poster.waiting": _OPERATOR,
    "poster.decline": _OPERATOR,
    "enrol": _OPERATOR_SUBJECT,
    "enrol.witnessed": _OPERATOR_OVERSEER,
    "witness": _OPERATOR_SUBJECT,
    "live": frozenset({Role.SUBJECT}),
    "confirm": _OPERATOR_SUBJECT,
    "consent.count": _OPERATOR_OVERSEER,
    "find": _OPERATOR_SUBJECT,
    "point": _OPERATOR_SUBJECT,
    "people.list": _OPERATOR_REVIEWER,
    "review.list": _OPERATOR_REVIEWER,
    "review.look": _OPERATOR_REVIEWER,
    "review.confirm": _OPERATOR_REVIEWER,
    "review.deny": _OPERATOR_REVIEWER,
    "review.undo": _OPERATOR_REVIEWER,
    "photos": _OPERATOR_SUBJECT,
    "album": _OPERATOR_SUBJECT,
    "publish.plan": _OPERATOR,
    "publish": _OPERATOR,
    "verify": _OPERATOR_SUBJECT,
    "disown": _OPERATOR_SUBJECT,
    "rename": _OPERATOR_SUBJECT,
    "withdraw": _OPERATOR_SUBJECT,
    "freeze": frozenset({Role.OPERATOR, Role.REVIEWER, Role.SUBJECT}),
    "unfreeze": _OPERATOR,
    "tend": _OPERATOR,
    "receipt": _OPERATOR_SUBJECT,
    "export": _OPERATOR_SUBJECT,
    "request.new": _OPERATOR_SUBJECT,
    "request.list": _OPERATOR_OVERSEER,
    "request.done": _OPERATOR,
    "document": _OPERATOR_OVERSEER,
    "breach.new": _OPERATOR,
    "breach.list": _OPERATOR_OVERSEER,
    "breach.notice": _OPERATOR_OVERSEER,
    "breach.told": _OPERATOR,
    "cease": _OPERATOR,
    "cease.drill": _OPERATOR_OVERSEER,
    "serve": _OPERATOR,
    "news": _OPERATOR,
    "job.list": _EVERYONE,
    "job.stop": _OPERATOR_SUBJECT,
    "job.run": _OPERATOR,
    "ledger.list": frozenset({Role.OPERATOR, Role.OVERSEER, Role.SUBJECT}),
    "ledger.verify": _EVERYONE,
    "ledger.proof": frozenset({Role.OPERATOR, Role.OVERSEER, Role.SUBJECT}),
    "ledger.witness": _OPERATOR,
    "ledger.witness.list": _OPERATOR_OVERSEER,
    "ledger.cosign": _OPERATOR,
    "ledger.publish": _OPERATOR,
    "ledger.accept-restore": _OPERATOR,
    "keys.check": _OPERATOR_OVERSEER,
    "keys.rotate-master": _OPERATOR,
    "status": _STAFF,
    "measure.accuracy": _OPERATOR,
    "measure.calibrate": _OPERATOR,
    "measure.exposure": _OPERATOR,
    "measure.read": _OPERATOR_OVERSEER,
    "models.add": _OPERATOR,
    "models.use": _OPERATOR,
    "models.remove": _OPERATOR,
    "models.list": _OPERATOR_OVERSEER,
    "models.people": _OPERATOR,
    "measure.leaks": _OPERATOR,
    "measure.redaction": _OPERATOR,
    "law.explain": _EVERYONE,
    "law.check": _OPERATOR_OVERSEER,
    "law.declare": _OPERATOR,
    "law.add": _OPERATOR,
    # With a passkey one comes in as the person: nobody makes one for somebody else.
    "passkey.new": _SUBJECT,
    "passkey.list": _SUBJECT,
    "passkey.remove": _SUBJECT,
    "account.new": _OPERATOR,
    "account.list": _OPERATOR_OVERSEER,
    "account.disable": _OPERATOR,
    "account.password": _STAFF,
    "account.password.others": _OPERATOR,
    "account.token.new": _STAFF,
    "account.token.list": _STAFF,
    "account.token.list.others": _OPERATOR_OVERSEER,
    "account.token.revoke": _STAFF,
    "account.token.revoke.others": _OPERATOR,
}

#: What is done to nobody in particular: an invite's token and a code name no one, a poster is there for all to read,
#: anybody may have any face closed, and the log is there to be verified. Every other verb needs the person whom it is
#: about before a subject may do it.
OF_NOBODY = frozenset({"enrol", "poster.ask", "confirm", "photo.hide", "ledger.verify", "law.explain"})
