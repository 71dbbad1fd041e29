"""What somebody said yes to and took back, as a receipt for them to keep: from the ledger, in the field names of
ISO/IEC TS 27560. It names no one and holds nothing that was answered.

What the standard asks for and nobody told us (an address of the program, a jurisdiction) reads "not stated"."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from consent import notice, queries, vocabulary
from consent.models import LedgerEntry
from consent.purposes import Purpose

SCHEMA = "ISO/IEC TS 27560:2023"
NOT_STATED = "not stated"
RECIPIENTS: dict[Purpose, Promise] = {
    Purpose.SHOW_MATCHED: gettext_lazy("the person I have an agreement with"),
    Purpose.SHOW_SUGGESTED: gettext_lazy("people I am suggested or proposed to"),
    Purpose.STATISTICS: gettext_lazy("coordinators of my program, as counts of ten people or more"),
}
WISH_ACTS = {
    Purpose.MATCH: gettext_lazy("Acts on my own list and where a coordinator matches"),
    Purpose.SHOW_SUGGESTED: gettext_lazy("Acts on other people's lists"),
}
Record = dict[str, Any]


def of(membership: Membership, entries: list[LedgerEntry]) -> Record:
    """One receipt over one record: their whole ledger, from the oldest entry on. The same ledger gives the same one."""
    last = entries[-1].pk if entries else 0
    record = {
        "schema_version": SCHEMA,
        "record_id": str(uuid.uuid5(membership.pk, "record")),
        "pii_principal_id": str(membership.pk),
        "pii_processing": [_processing(*said) for said in _by_notice(live(entries))],
        "party_identification": [_party(membership)],
        "events": [_event(entry) for entry in entries],
    }
    return {"schema_version": SCHEMA, "receipt_id": str(uuid.uuid5(membership.pk, f"receipt {last}")), "record": record}


def live(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """What was granted last and not taken back since; `entries` from the oldest on."""
    standing: dict[tuple[str, str], LedgerEntry] = {}
    for entry in entries:
        standing[entry.facet, entry.purpose] = entry
    return [entry for entry in standing.values() if entry.event == LedgerEntry.Event.GRANTED]


def label(facet: str) -> str:
    """What an entry is about, in words."""
    if facet == queries.NO_FACET:
        return _("My matches")
    labels = {known.key: known.label for known in vocabulary.load().facets}
    key = facet.removeprefix(queries.WISH)
    said = labels.get(key, key)
    return said if key == facet else _("Wish: %(facet)s") % {"facet": said}


def purpose_of(entry: LedgerEntry) -> str:
    """What it was allowed for, in words."""
    purpose = Purpose(entry.purpose)
    return str((WISH_ACTS if entry.facet.startswith(queries.WISH) else notice.PURPOSE_EXPLAINED)[purpose])


def _by_notice(entries: list[LedgerEntry]) -> list[tuple[str, str, list[LedgerEntry]]]:
    found: dict[tuple[str, str], list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        found[entry.notice, entry.language].append(entry)
    return [(version, language, said) for (version, language), said in sorted(found.items())]


def _processing(version: str, language: str, entries: list[LedgerEntry]) -> Record:
    """What was allowed under one wording."""
    found: dict[tuple[str, str], list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        found[purpose_of(entry), entry.purpose].append(entry)
    purposes = [_purpose(words, Purpose(value), said) for (words, value), said in sorted(found.items())]
    return {"privacy_notice": version, "language": language, "purposes": purposes}


def _purpose(words: str, purpose: Purpose, entries: list[LedgerEntry]) -> Record:
    return {
        "purpose": words,
        "purpose_type": purpose.value,
        "lawful_basis": "explicit consent",
        "pii_information": [_information(entry.facet) for entry in entries],
        "pii_controllers": ["program"],
        "collection_method": _("asked on a page, each answer by itself; every question can be skipped"),
        "processing_method": words,
        "storage_locations": [settings.SITE_ADDRESS],
        "retention_period": _("until it is taken back, changed or erased"),
        "processing_locations": [settings.SITE_ADDRESS],
        "jurisdiction": NOT_STATED,
        "recipient_third_parties": [str(RECIPIENTS[purpose])] if purpose in RECIPIENTS else [],
        "withdrawal_method": _("under Answers, at any time; it acts at once"),
        "privacy_rights": _("read, change, take back, export and erase, on pages of this service"),
    }


def _information(facet: str) -> Record:
    about_self = facet.removeprefix(queries.WISH)
    words = vocabulary.load()
    identity = about_self in words and words.facet(about_self).identity
    return {
        "pii_type": label(facet),
        "pii_attribute_id": facet,
        "pii_optional": True,
        "sensitive_pii_category": identity,
        "special_pii_category": identity,
    }


def _party(membership: Membership) -> Record:
    return {
        "party_id": "program",
        "party_name": membership.program.name,
        "party_role": "PII controller",
        "party_type": "organisation",
        "party_address": NOT_STATED,
        "party_url": settings.SITE_ADDRESS,
        "party_contact": _("the coordination of the program, by “Write to them” on the page of the program"),
    }


def _event(entry: LedgerEntry) -> Record:
    return {
        "event_time": _moment(entry.at),
        "event_type": "explicit consent",
        "event_state": "given" if entry.event == LedgerEntry.Event.GRANTED else "withdrawn",
        "validity_duration": _("until it is taken back"),
        "entity_id": str(entry.membership_id),
        "purpose": purpose_of(entry),
        "purpose_type": entry.purpose,
        "pii_attribute_id": entry.facet,
        "privacy_notice": entry.notice,
        "language": entry.language,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
