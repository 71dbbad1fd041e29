"""How groups fare, and that nobody can be worked out from it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import audit as auditing
from matching.engine import disclosure
from matching.engine.audit import around_mean, audit, wilson
from matching.engine.types import Person

FACTORS = (-2, -1, 0, 1, 2)


def people(*labels_of_many):
    """As many people in these groups as the number before them says: (12, "a b")."""
    said = [frozenset(labels.split()) for number, labels in labels_of_many for _ in range(number)]
    return [Person(f"p{i:03}", groups=groups) for i, groups in enumerate(said)]


def fits(number, unmatched=()):
    found = 0.4 + 0.2 * np.arange(number) / number
    found[list(unmatched)] = np.nan
    return found


def audited(mentees, **about):
    return audit(mentees, fits(len(mentees), **about), fits(len(mentees), **about))


def attacked(result, mentees, *everybody):
    """Adds and subtracts whatever is told of means, with every factor from -2 to 2, and the sum over everybody.

    What comes out for fewer than ten people, as who they are.
    """
    found = set()
    for fits_, told in zip(everybody, (result.before, result.after), strict=True):
        there = ~np.isnan(fits_)
        for base, sets in ((there, [group.label for group in told]), (~there, _with_share(told))):
            columns = [base, *(_members(mentees, label) & base for label in sets)]
            for factors in product(FACTORS, repeat=len(columns)):
                felt = np.flatnonzero(sum(f * column for f, column in zip(factors, columns, strict=True)))
                if 0 < len(felt) < disclosure.LEAST and any(factors[1:]):
                    found.add(frozenset(felt.tolist()))
    return found


def _with_share(told):
    return [group.label for group in told if group.matched is not None]


def _members(mentees, label):
    return np.array([label in mentee.groups for mentee in mentees])


def test_nobody_counted_is_no_audit():
    assert audited(people((30, ""))) is None


def test_two_halves_of_a_pool_are_told():
    result = audited(people((30, "a"), (30, "b")))

    assert [(group.label, group.people, group.matched) for group in result.after] == [("a", 30, 1.0), ("b", 30, 1.0)]
    assert [group.mean for group in result.after] == [0.45, 0.55]
    assert (result.gap_before, result.gap_after, result.cost) == (0.1, 0.1, 0.0)


def test_the_lift_shows_in_gap_and_cost():
    mentees = people((30, "a"), (30, "b"))
    before = np.repeat([0.5, 0.6], 30)
    after = np.repeat([0.53, 0.565], 30)

    result = audit(mentees, before, after)

    assert (result.gap_before, result.gap_after) == (0.1, 0.035)
    assert result.cost == pytest.approx(0.15 / 33, abs=1e-6)


def test_a_group_of_nine_is_not_named():
    result = audited(people((40, "a"), (9, "small"), (40, "")))

    assert "small" not in repr(result)


def test_the_rest_of_nine_is_not_told_by_the_others():
    """All but nine are in a: a itself would tell of the nine."""
    assert audited(people((40, "a"), (9, ""))).after == ()


def test_three_parts_of_which_one_is_small_are_not_all_told():
    result = audited(people((30, "a"), (20, "b"), (5, "c"), (2, "")))

    assert [group.label for group in result.after] == ["a"]


def test_overlapping_groups_whose_difference_is_small_are_not_both_told():
    result = audited(people((30, "a"), (5, "a b"), (25, "b"), (30, "")))
    nested = audited(people((30, "a b"), (5, "a"), (40, "")))

    assert [group.label for group in result.after] == ["a", "b"]
    assert [group.label for group in nested.after] == ["a"]


def test_the_share_is_not_told_where_it_tells_of_the_few_without_a_mentor():
    result = audited(people((40, "a"), (40, "b")), unmatched=range(3))
    many = audited(people((60, "a"), (60, "b")), unmatched=[*range(12), *range(60, 75)])

    assert [(group.matched, group.matched_interval) for group in result.after] == [(None, None)] * 2
    assert [group.matched for group in many.after] == [0.8, 0.75]


def test_the_worst_tenth_is_told_of_a_hundred_or_more():
    result = audited(people((120, "a"), (60, "b")))

    assert [group.worst_tenth for group in result.after] == [0.41, None]


def test_one_person_more_rarely_changes_what_is_told():
    before, after = (audited(people((number, "a"), (40, "b"))) for number in (40, 41))

    assert before.after[0].people == after.after[0].people


def test_the_interval_of_a_share_by_hand():
    """Wilson for 8 of 10: centre (.8 + 3.841459/20) / 1.3841459 = .716740,
    reach 1.959964 / 1.3841459 × √(.16/10 + 3.841459/400) = .226578."""
    assert wilson(8, 10) == pytest.approx((0.490162, 0.943318), abs=1e-5)
    assert (wilson(0, 10)[0], wilson(10, 10)[1]) == pytest.approx((0, 1))


def test_the_interval_of_a_mean_by_hand():
    """1, 2, 3: mean 2, deviation 1, t for 2 degrees 4.302653: 2 ± 4.302653 / √3."""
    assert around_mean(np.array([1.0, 2.0, 3.0])) == pytest.approx((-0.484138, 4.484138), abs=1e-5)


cells = st.dictionaries(st.sampled_from(["", "a", "b", "c", "a b", "b c", "a c", "a b c"]), st.integers(1, 40))


@settings(max_examples=150, deadline=None)
@given(cells, st.integers(0, 30), st.integers(0, 30))
def test_nothing_about_fewer_than_ten_can_be_worked_out(cells, lost_before, lost_after):
    mentees = people(*((number, labels) for labels, number in cells.items()))
    before, after = (fits(len(mentees), range(min(lost, len(mentees)))) for lost in (lost_before, lost_after))

    result = audit(mentees, before, after)

    assert result is None or attacked(result, mentees, before, after) == set()


def large_enough(told, column):
    """A defect: only the groups themselves are counted."""
    return told.sizes[column] >= disclosure.LEAST


def large_enough_with_the_rest(told, column):
    """A defect: each group and what is left of everybody, but not groups together."""
    size = told.sizes[column]
    return column == 0 or min(size, len(told.table) - size) >= disclosure.LEAST


TAKES = disclosure.Told.takes


def in_two_circles(told, column):
    """A defect: somebody may be in two circles."""
    told.free[:] = True
    return TAKES(told, column)


@pytest.mark.parametrize(
    ("defect", "of"),
    [
        (large_enough, [(40, "a"), (9, "")]),
        (large_enough_with_the_rest, [(30, "a"), (30, "b"), (5, "")]),
        (large_enough_with_the_rest, [(30, "a b"), (5, "a"), (40, "")]),
        (in_two_circles, [(40, "a"), (9, "")]),
    ],
)
def test_that_attack_catches_who_forgets_the_difference(monkeypatch, defect, of):
    mentees = people(*of)
    assert attacked(audited(mentees), mentees, *[fits(len(mentees))] * 2) == set()

    monkeypatch.setattr(disclosure.Told, "takes", defect)

    assert attacked(audited(mentees), mentees, *[fits(len(mentees))] * 2) != set()


def test_that_attack_catches_a_share_that_is_always_told(monkeypatch):
    mentees, found = people((40, "a"), (40, "b")), fits(80, unmatched=range(3))
    monkeypatch.setattr(auditing, "_told", lambda labels, groups, there: labels)

    assert attacked(audit(mentees, found, found), mentees, found, found) == {frozenset({0, 1, 2})}


def test_what_only_a_search_could_tell_is_told_where_ten_circles_prove_it():
    """All less a and b is the 5 of neither less the 6 of both: 11 people."""
    mentees = people((12, "a"), (12, "b"), (6, "a b"), (5, ""))

    assert [group.label for group in audited(mentees).after] == ["a", "b"]


def test_what_no_circles_prove_is_not_told():
    """Every combination concerns ten people or more, but 15 are too few for two of them in each circle."""
    mentees = people((5, "a"), (5, "a b"), (5, "b"), (85, ""))

    assert [group.label for group in audited(mentees).after] == ["a"]


def test_dozens_of_overlapping_groups_are_told():
    said = np.random.default_rng(7).random((1000, 40)) < np.linspace(0.05, 0.5, 40)

    told = disclosure.tellable(list(said.T), [np.ones(1000, bool)])

    assert told == list(range(40))


def test_a_group_that_is_the_sum_of_others_is_told_with_them():
    a, b = np.arange(60) < 20, np.arange(60) >= 40

    assert disclosure.tellable([a, b, a | b, ~a], [np.ones(60, bool)]) == [0, 1, 2, 3]


def told_apart_by_every_set(sets):
    """Eleven people whom no set holds, and eleven whom only the last one does: of each kind LEAST are kept."""
    table = np.zeros((22, sets), np.bool_)
    table[11:, -1] = True
    return np.bincount(disclosure._few_alike(table) // 11).tolist() == [disclosure.LEAST, disclosure.LEAST]


@pytest.mark.parametrize("sets", [1, 31, 32, 33, 64, 65, 200])
def test_people_are_told_apart_by_every_set_however_many_there_are(sets):
    assert told_apart_by_every_set(sets)


def test_that_test_catches_sets_that_are_passed_over(monkeypatch):
    some = disclosure._few_alike
    monkeypatch.setattr(disclosure, "_few_alike", lambda table: some(table[:, :32]))

    assert [sets for sets in (32, 33, 200) if told_apart_by_every_set(sets)] == [32]
