"""The names under which packs ask for rules, and the rules that every pack must have.

May know: the rule classes. Must not know: packs, jurisdictions.
"""

from __future__ import annotations

from .rules import Rule
from .rules_archive import PackChosen, PersonsApproved, PersonsInFolder, SourceConfigured
from .rules_children import AlbumBareBelowAge, GuardianBelowAge, GuardianUntilAge, NotFrozen
from .rules_chips import ChipsEndWithReach, ChipsTerm, NamedByEveryPack
from .rules_enrol import (
    CaptureMadeKnowingly,
    DeclaredBefore,
    Invited,
    NoticeLanguages,
    PolicyPublished,
    WitnessApart,
    WitnessQuota,
)
from .rules_reach import (
    AssessmentPresent,
    BasisForAccuracy,
    BasisOpensReach,
    CuesPassed,
    FacesWithinConsents,
    OccasionSet,
    ProposerNamed,
    ReachNotExpired,
    SecondPersonApproved,
    TakenInsideOccasion,
    WiderThanPointed,
)
from .rules_use import (
    Confirmed,
    ConsentLive,
    InvitedCollection,
    NotMarked,
    OwnTemplate,
    PointMisses,
    PurposeAgreed,
    PurposeFits,
    RetentionClock,
)

_CLASSES: tuple[type[Rule], ...] = (
    PackChosen,
    SourceConfigured,
    PersonsApproved,
    PersonsInFolder,
    BasisOpensReach,
    BasisForAccuracy,
    AssessmentPresent,
    OccasionSet,
    ReachNotExpired,
    ProposerNamed,
    SecondPersonApproved,
    WiderThanPointed,
    TakenInsideOccasion,
    CuesPassed,
    FacesWithinConsents,
    NamedByEveryPack,
    ChipsEndWithReach,
    ChipsTerm,
    Invited,
    NoticeLanguages,
    DeclaredBefore,
    PolicyPublished,
    CaptureMadeKnowingly,
    WitnessApart,
    WitnessQuota,
    GuardianBelowAge,
    GuardianUntilAge,
    NotFrozen,
    AlbumBareBelowAge,
    ConsentLive,
    PurposeAgreed,
    PurposeFits,
    Confirmed,
    InvitedCollection,
    RetentionClock,
    PointMisses,
    NotMarked,
    OwnTemplate,
)

RULES: dict[str, type[Rule]] = {one.name: one for one in _CLASSES}

#: Without these a pack would leave open who may be measured, from which age, after which notice, and for how long.
REQUIRED = (
    BasisOpensReach.name,
    BasisForAccuracy.name,
    NoticeLanguages.name,
    GuardianBelowAge.name,
    RetentionClock.name,
)
