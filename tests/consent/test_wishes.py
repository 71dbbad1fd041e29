import pytest

from consent import gate
from consent.actions import answers, wishes
from consent.models import LedgerEntry, Wish
from consent.values import AnswerError
from tests.cast import NOW

LATER = NOW.replace(hour=15)
NICE, MUST, NEVER = Wish.Strength.NICE, Wish.Strength.MUST, Wish.Strength.NEVER


def add(member, facet="gender", value="trans", strength=NICE, on_lists=False, now=NOW):
    return wishes.add(membership=member, facet=facet, value=value, strength=strength, on_lists=on_lists, now=now)


def ledger(member) -> list[tuple[str, str, str]]:
    rows = LedgerEntry.objects.filter(membership_id=member.pk).order_by("id")
    return [(row.facet, row.purpose, row.event) for row in rows]


def test_a_wish_is_sealed_and_recorded(mentee):
    wish = add(mentee, on_lists=True)

    assert b"trans" not in bytes(wish.sealed)
    assert [(own.facet, own.value, own.strength) for own in gate.own_wishes(mentee)] == [("gender", "trans", "nice")]
    assert ledger(mentee) == [("wish:gender", "match", "granted"), ("wish:gender", "suggested", "granted")]


def test_wishing_again_changes_how_much_it_matters(mentee):
    first = add(mentee, on_lists=True)
    again = add(mentee, strength=MUST, now=LATER)

    assert first.pk == again.pk
    assert Wish.objects.get().strength == MUST
    assert ledger(mentee)[2:] == [("wish:gender", "suggested", "withdrawn"), ("wish:gender", "match", "granted")]


def test_the_same_wish_twice_is_written_once(mentee):
    add(mentee)
    add(mentee, now=LATER)

    assert len(ledger(mentee)) == 1


def test_taking_a_wish_away_twice_is_recorded_once(mentee):
    wish = add(mentee, on_lists=True)
    wishes.remove(wish=wish, now=LATER)
    wishes.remove(wish=wish, now=LATER)

    assert gate.own_wishes(mentee) == []
    assert [event for *_rest, event in ledger(mentee)] == ["granted", "granted", "withdrawn", "withdrawn"]


def test_several_values_come_all_or_none(mentee):
    with pytest.raises(AnswerError):
        wishes.add_all(
            membership=mentee, facet="faith", values=["muslim", "nonsense"], strength=NICE, on_lists=False, now=NOW
        )

    assert not Wish.objects.exists()


@pytest.mark.parametrize("facet", ["skills", "openness", "pronouns", "nothing"])
def test_nobody_can_wish_for_what_has_no_words_for_it(facet, mentee):
    with pytest.raises(answers.NotAsked):
        add(mentee, facet=facet)


def test_a_workplace_can_only_be_a_boundary_and_keeps_its_words(mentee):
    with pytest.raises(wishes.OnlyABoundary):
        add(mentee, facet="employer", value="Harbour Library")

    add(mentee, facet="employer", value=" Harbour  Library ", strength=NEVER)
    assert gate.own_wishes(mentee)[0].value == "Harbour Library"


def test_an_empty_boundary_is_refused(mentee):
    with pytest.raises(AnswerError):
        add(mentee, facet="employer", value="  ", strength=NEVER)


def test_wishes_end_somewhere(mentee, monkeypatch):
    monkeypatch.setattr(wishes, "MOST", 1)
    add(mentee)

    with pytest.raises(wishes.TooManyWishes):
        add(mentee, value="woman")


def test_lists_read_only_the_wishes_that_may_act_there(mentee, mentor):
    add(mentee)
    add(mentor, on_lists=True)

    assert set(gate.wishes([mentee, mentor])) == {mentee.pk, mentor.pk}
    assert set(gate.wishes([mentee, mentor], on_lists=True)) == {mentor.pk}


def test_keeping_everything_takes_wishes_off_other_lists(mentee):
    add(mentee, on_lists=True)
    answers.keep_to_self(membership=mentee, now=LATER)

    assert gate.wishes([mentee], on_lists=True) == {}
    assert ledger(mentee)[-1] == ("wish:gender", "suggested", "withdrawn")


def test_an_ally_looks_for_nobody(ally):
    assert wishes.facets_to_wish_for(ally) == []
