"""The general laws of Azure Resource Manager's services, each implemented once and declared per type.

A law that needs only the inputs answers in Check, so that a preview finds its mistakes; one that compares
with the resource before an update or with other resources answers when the request is sent.
"""

from __future__ import annotations

from azsandbox.arm.laws.changes import Climbs, Grows, Unchangeable
from azsandbox.arm.laws.fields import AtLeastOne, Conflicts, ExactlyOne, Feature, Needs, Ordered, RefersTo
from azsandbox.arm.laws.formats import Format
from azsandbox.arm.laws.law import Law
from azsandbox.arm.laws.lists import AtMost, NotEmpty, Unique
from azsandbox.arm.laws.references import SameRegion
from azsandbox.arm.laws.values import Between, Limits, Matches

__all__ = [
    "AtLeastOne",
    "AtMost",
    "Between",
    "Climbs",
    "Conflicts",
    "ExactlyOne",
    "Feature",
    "Format",
    "Grows",
    "Law",
    "Limits",
    "Matches",
    "Needs",
    "NotEmpty",
    "Ordered",
    "RefersTo",
    "SameRegion",
    "Unchangeable",
    "Unique",
]
