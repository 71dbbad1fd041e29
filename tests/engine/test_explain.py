"""Reasons of a pair: few, the weightiest first, and each with a source."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings

from matching.engine import explain
from matching.engine.explain import Explainer
from matching.engine.pool import pool
from matching.engine.types import Kind, Reason, ReasonKind, Whose
from tests.engine import pools
from tests.engine.pools import SETTINGS, important, nice, person

OFTEN = settings(max_examples=80, deadline=None)
KINDS = {facet.key: facet.kind for facet in SETTINGS.facets}


def reasons_of(mentees, mentors, chosen=SETTINGS):
    """(mentee, mentor, reasons) of every pair."""
    here = pool(mentees, mentors, chosen)
    rows, columns = (side.reshape(-1) for side in np.indices((len(here.mentees), len(here.mentors))))
    found = Explainer(here.score, here.mentees, here.mentors, chosen).reasons(rows, columns)
    return [(here.mentees[a], here.mentors[b], why) for a, b, why in zip(rows, columns, found, strict=True)]


def without_a_source(mentee, mentor, reason: Reason) -> bool:
    """Whether a reason says what the two did not."""
    said = mentee.answers.get(reason.facet), mentor.answers.get(reason.facet)
    if reason.kind is ReasonKind.WISH_MET:
        wisher, other = (mentee, mentor) if reason.whose is Whose.MENTEE else (mentor, mentee)
        wished = {wish.value for wish in wisher.wishes if wish.facet == reason.facet}
        return not set(reason.values) <= wished & set(other.answers.get(reason.facet, ()))
    if not all(said):
        return True
    if reason.kind is ReasonKind.SIMILAR:
        return bool(reason.values) or KINDS[reason.facet] is not Kind.TEXT
    if reason.kind is ReasonKind.OVERLAPS:
        return KINDS[reason.facet] is not Kind.AVAILABILITY or int(reason.values[0]) <= 0
    return not reason.values or not set(reason.values) <= said[0] & said[1]


def badly_told(mentees, mentors, most=3):
    found = []
    for mentee, mentor, why in reasons_of(mentees, mentors, replace(SETTINGS, reasons=most)):
        shares = [reason.contribution for reason in why]
        found += [reason for reason in why if without_a_source(mentee, mentor, reason)]
        found += [why] * (len(why) > most or any(later > sooner for sooner, later in pairwise(shares)))
    return found


@OFTEN
@given(pools.mentees, pools.mentors)
def test_reasons_are_few_ordered_and_have_a_source(mentees, mentors):
    assume(mentees and mentors)

    assert badly_told(mentees, mentors) == []


MUCH = {"values": {"faith", "care"}, "skills": {"code"}, "languages": {"en"}, "identity": {"bi"}}
A = [person("a", wishes=[important("identity", "bi")], **MUCH), person("b", values={"art"})]
X = [person("x", wishes=[nice("values", "faith")], **(MUCH | {"values": {"faith"}})), person("y", values={"humour"})]

DEFECTS = {
    "one too many": (
        "_first",
        lambda self, reasons: tuple(sorted((r for r in reasons), key=lambda r: -r.contribution)),
    ),
    "the least first": ("_first", lambda self, reasons: tuple(sorted(reasons, key=lambda r: r.contribution))[:3]),
    "what one of them said": ("_shared", lambda self, key, mentee, mentor: ("care",)),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_that_property_catches(monkeypatch, defect):
    assert badly_told(A, X) == []

    monkeypatch.setattr(explain.Explainer, *DEFECTS[defect])

    assert badly_told(A, X) != []


def test_a_wish_that_matters_stands_before_what_was_found_alike():
    first = next(why[0] for mentee, mentor, why in reasons_of(A, X) if (mentee.id, mentor.id) == ("a", "x"))

    assert (first.kind, first.facet, first.whose) == (ReasonKind.WISH_MET, "identity", Whose.MENTEE)
