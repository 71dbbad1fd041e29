"""Small pools whose fits are worked out on paper, the arithmetic beside each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from matching.engine import match
from matching.engine.types import ReasonKind, Rule, Slot, Whose
from tests.engine.pools import FACETS, SETTINGS, fits, important, must, nice, only, person


def test_a_rare_shared_value_counts_for_more():
    """Four gave values; faith stands with 2 of them, humour with 3.

    idf: ln(5/3) + 1 = 1.510826 and ln(5/4) + 1 = 1.223144; the mentee's length is √(1.510826² + 1.223144²) = 1.943882.
    cosines: 1.510826 / 1.943882 = .777221 and 1.223144 / 1.943882 = .629227, twice; their mean is .678558.
    fits, both directions alike: .5 + .5 × (.777221 − .678558) = .549331 and .5 + .5 × (.629227 − .678558) = .475334.
    """
    mentors = [person("x", values={"faith"}), person("y", values={"humour"}), person("z", values={"humour"})]

    fit, _ = fits([person("a", values={"faith", "humour"})], mentors, only("values"))

    assert fit.mutual[0].tolist() == pytest.approx([0.549331, 0.475334, 0.475334], abs=1e-6)


def test_each_direction_goes_by_that_persons_weights_and_both_must_like_it():
    """The mentee weighs skills alone, the mentors values alone; of each the two mentors have 1 and 0, mean ½.

    x: there .5 + .5 × (1 − .5) = .75, back .5 + .5 × (0 − .5) = .25, harmonic mean 2 × .75 × .25 / 1 = .375.
    y: the other way about, .375.
    """
    weights = {"values": 1.0, "skills": 0.0}
    mentee = person("a", values={"faith"}, skills={"code"}, weights={"values": 0.0, "skills": 1.0})
    x = person("x", values={"care"}, skills={"code"}, weights=weights)
    y = person("y", values={"faith"}, skills={"cook"}, weights=weights)

    fit, _ = fits([mentee], [x, y], only("values", "skills"))

    assert fit.forth[0].tolist() == pytest.approx([0.75, 0.25])
    assert fit.back[0].tolist() == pytest.approx([0.25, 0.75])
    assert fit.mutual[0].tolist() == pytest.approx([0.375, 0.375])


def test_weights_share_one_budget():
    """Skills 1 and 0 (mean ½), values 0 and 1 (mean ½), weighed 3 to 1.

    x: .5 + .5 × (1 × ½ − 3 × ½) / 4 = .375; y: .5 + .5 × (−1 × ½ + 3 × ½) / 4 = .625.
    """
    mentee = person("a", values={"faith"}, skills={"code"}, weights={"values": 3.0, "skills": 1.0})
    mentors = [person("x", values={"care"}, skills={"code"}), person("y", values={"faith"}, skills={"cook"})]

    fit, _ = fits([mentee], mentors, only("values", "skills"))

    assert fit.forth[0].tolist() == pytest.approx([0.375, 0.625])


def test_skills_are_covered_not_alike():
    """Wanted: code and cook. x offers both and more, 1; y offers one, ½; mean ¾: .5 + .5 × ¼ and .5 − .5 × ¼."""
    mentors = [person("x", skills={"code", "cook", "speak"}), person("y", skills={"code"})]

    fit, _ = fits([person("a", skills={"code", "cook"})], mentors, only("skills"))

    assert fit.mutual[0].tolist() == pytest.approx([0.625, 0.375])


def test_a_wish_counts_from_what_an_ordinary_partner_fulfils_and_the_withheld_is_neither():
    """Of two mentors who said, one is trans: an ordinary one fulfils ½.

    There: x .5 + .5 × (1 − ½) = .75, y .5 + .5 × (0 − ½) = .25, z, who withholds it, .5; back .5 each.
    Harmonic means: 2 × .75 × .5 / 1.25 = .6, 2 × .25 × .5 / .75 = ⅓, .5.
    """
    mentors = [person("x", identity={"trans"}), person("y", identity={"bi"}), person("z")]

    fit, _ = fits([person("a", wishes=[nice("identity", "trans")])], mentors, only("identity"))

    assert fit.mutual[0].tolist() == pytest.approx([0.6, 1 / 3, 0.5])


def test_an_important_wish_weighs_as_three_facets():
    """Skill 0 of mean ½, weight 1; wish 1 of mean ½, weight 3: .5 + .5 × (−½ + 3 × ½) / 4 = .625."""
    mentee = person("a", skills={"code"}, wishes=[important("identity", "trans")])
    mentors = [person("x", skills={"cook"}, identity={"trans"}), person("y", skills={"code"}, identity={"bi"})]

    fit, _ = fits([mentee], mentors, only("skills", "identity"))

    assert fit.forth[0].tolist() == pytest.approx([0.625, 0.375])


def test_two_with_nothing_to_go_by_are_an_ordinary_pair():
    fit, possible = fits([person("a", values={"faith"})], [person("x", skills={"code"})], SETTINGS)

    assert fit.mutual[0, 0] == 0.5
    assert possible[0, 0]


@pytest.mark.parametrize(("week", "minutes"), [(date(2026, 3, 4), "60"), (date(2026, 3, 11), "90")])
def test_hours_are_compared_with_the_clocks_of_that_very_week(week, minutes):
    """Berlin, UTC+1 in both weeks, 18:00 to 20:00 is 17:00 to 19:00 UTC. New York 13:00 to 14:30 is 18:00 to 19:30
    UTC before its clocks change on 8 March 2026, 17:00 to 18:30 after."""
    mentee = person("a", hours=(Slot(0, 18 * 60, 20 * 60),), timezone="Europe/Berlin")
    mentor = person("x", hours=(Slot(0, 13 * 60, 14 * 60 + 30),), timezone="America/New_York")

    result = match([mentee], [mentor], replace(only("hours"), week=week), 1)

    assert [(reason.kind, reason.values) for reason in result.pairings[0].reasons] == [
        (ReasonKind.OVERLAPS, (minutes,))
    ]


def test_the_weeks_end_runs_into_its_beginning():
    """Monday 01:00 to 02:00 in Kolkata (UTC+5:30) is Sunday 19:30 to 20:30 UTC."""
    mentee = person("a", hours=(Slot(0, 60, 120),), timezone="Asia/Kolkata")
    mentor = person("x", hours=(Slot(6, 20 * 60, 21 * 60),))

    result = match([mentee], [mentor], only("hours"), 1)

    assert result.pairings[0].reasons[0].values == ("30",)


def test_thirty_minutes_in_pieces_are_no_meeting():
    quarter_hours = tuple(Slot(day, 600, 615) for day in range(7))
    person_free_always = person("x", hours=tuple(Slot(day, 0, 1440) for day in range(7)))

    result = match([person("a", hours=quarter_hours)], [person_free_always], only("hours"), 1)

    assert [h.rule for h in result.unmatched[0].reasons] == [Rule.AVAILABILITY]


def test_reasons_name_what_is_shared_covered_and_wished_for():
    mentee = person("a", values={"faith", "art"}, skills={"code", "cook"}, wishes=[nice("identity", "trans")])
    mentor = person("x", values={"faith"}, skills={"code"}, identity={"trans"}, wishes=[must("values", "art")])

    result = match([mentee], [mentor], replace(SETTINGS, reasons=9), 1)

    told = {(r.facet, r.kind, r.whose, r.values) for r in result.pairings[0].reasons}
    assert told == {
        ("values", ReasonKind.SHARED, Whose.BOTH, ("faith",)),
        ("skills", ReasonKind.COVERS, Whose.MENTEE, ("code",)),
        ("identity", ReasonKind.WISH_MET, Whose.MENTEE, ("trans",)),
        ("values", ReasonKind.WISH_MET, Whose.MENTOR, ("art",)),
    }


@pytest.mark.parametrize(
    ("mentee", "mentor", "rule"),
    [
        ({"languages": {"en"}}, {"languages": {"de"}}, Rule.LANGUAGE),
        ({"formats": {"online"}}, {"formats": {"in-person"}}, Rule.FORMAT),
        ({"formats": {"in-person"}, "place": {"Köln"}}, {"formats": {"in-person"}, "place": {"Leeds"}}, Rule.PLACE),
        ({"wishes": [must("identity", "bi")]}, {"identity": {"trans"}}, Rule.MUST),
        ({"wishes": [must("identity", "bi")]}, {}, Rule.MUST),
        ({"identity": {"trans"}}, {"wishes": [must("identity", "bi")]}, Rule.THEIR_MUST),
        ({"avoid": {"x"}}, {}, Rule.AVOIDED),
        ({}, {"avoid": {"a"}}, Rule.AVOIDED),
        ({}, {"capacity": 0}, Rule.NO_PLACES),
    ],
)
def test_each_rule_keeps_two_apart_and_is_named(mentee, mentor, rule):
    result = match([person("a", **mentee)], [person("x", **mentor)], SETTINGS, 1)

    assert [(h.rule, h.emptied) for h in result.unmatched[0].reasons] == [(rule, 1)]


@pytest.mark.parametrize("facet", [f.key for f in FACETS if f.key not in ("identity",)])
def test_no_rule_holds_against_what_one_of_them_did_not_say(facet):
    said: dict[str, Any] = {
        "values": {"art"},
        "skills": {"cook"},
        "about": "books",
        "languages": {"de"},
        "formats": {"online"},
    }
    said |= {"place": {"Leeds"}, "hours": (Slot(0, 0, 60),)}

    result = match([person("a", **{facet: said[facet]})], [person("x")], SETTINGS, 1)

    assert len(result.pairings) == 1


def test_different_places_are_no_hindrance_where_both_can_meet_online():
    both = {"formats": {"online", "in-person"}}

    result = match([person("a", **both, place={"Köln"})], [person("x", **both, place={"Leeds"})], SETTINGS, 1)

    assert len(result.pairings) == 1


def test_a_shared_word_part_makes_texts_alike():
    mentors = [person("x", about="my garden"), person("y", about="old films"), person("z", about="films, books")]

    fit, _ = fits([person("a", about="Gardening!")], mentors, only("about"))

    assert fit.mutual[0, 0] > fit.mutual[0, 1] == fit.mutual[0, 2]
