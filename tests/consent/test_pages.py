"""The pages of questions and answers, as a person meets them."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.models import Role, Standing
from consent import gate, notice, vocabulary
from consent.actions import answers
from consent.models import Answer
from consent.purposes import Purpose, Reach
from tests.cast import NOW, chosen, give, make_member, signed_in, wish
from tests.consent.browsing import FACETS, PLACES, answer, choice, text, url

PAGES = ["answers", "facet", "forget", "keep", "done", "wishes", "wish", "ledger", "learning"]


@pytest.mark.parametrize("page", PAGES)
def test_stranger_and_missing_are_the_same(page, mentee, stranger, coordinator):
    forbidden = [signed_in(who).get(url(page, mentee)) for who in (stranger, coordinator)]
    mentee.pk = uuid.uuid4()
    missing = signed_in(stranger).get(url(page, mentee))

    assert [response.status_code for response in [*forbidden, missing]] == [404] * 3
    assert forbidden[0].content == missing.content


@pytest.mark.parametrize("page", PAGES)
def test_titles_and_addresses_are_neutral(page, mentee):
    wish(mentee, "gender", "trans")
    body = signed_in(mentee).get(url(page, mentee, "gender")).content.decode()

    assert re.search("<title>(Answers|Wishes|Record) ·", body)
    assert "gender" not in url(page, mentee, "gender")


def test_a_single_membership_needs_no_choice(mentee, program, client):
    client.force_login(mentee.user)
    assert client.get(reverse("consent:answers_home")).url == url("answers", mentee)

    make_member(program, Role.ALLY, "Robin", user=mentee.user)
    assert text(client.get(reverse("consent:answers_home"))).count("You are here as") == 2


def test_every_question_can_be_opened_and_says_why_who_and_what_skipping_does(mentee):
    browser = signed_in(mentee)
    for facet in vocabulary.load().asked_of("mentee"):
        page = text(browser.get(url("facet", mentee, facet.key)))
        assert page.count("Why we ask.") == page.count("Who can see it.") == page.count("If you skip it.") == 1
        assert "How far may this answer travel?" in page


@pytest.mark.parametrize("facet", ["gender", "about", "availability", "languages", "age"])
def test_no_reach_and_no_choice_is_made_for_anybody(facet, mentee):
    body = signed_in(mentee).get(url("facet", mentee, facet)).content.decode()

    assert " checked" not in body


def test_field_names_and_values_do_not_say_what_they_are_about(mentee):
    body = signed_in(mentee).get(url("facet", mentee, "gender")).content.decode()
    form = body[body.index("<form method") : body.index("</form>")]

    assert set(re.findall(r'name="([^"]+)"', form)) == {"csrfmiddlewaretoken", "v", "a", "b", "r", "t", "do"}
    assert set(re.findall(r'name="a" value="([^"]+)"', form)) == {str(n) for n in range(len(FACETS["gender"].choices))}
    assert form.count('autocomplete="off"') >= len(FACETS["gender"].choices) + 2


def test_saving_goes_on_to_the_next_open_question(mentee):
    response = answer(mentee, "values", a=[choice("values", "honesty")], b="soft strength", r="matched")

    own = gate.own(mentee)["values"]
    assert response.url == url("facet", mentee, "goals")
    assert (own.value, own.reach) == ({"chosen": ["honesty"], "described": "soft strength"}, Reach.MATCHED)


def test_skipping_and_not_saying_go_on_without_an_answer(mentee):
    assert answer(mentee, "topics", do="skip").url == url("facet", mentee, "skills")
    assert answer(mentee, "gender", do="not").url == url("facet", mentee, "orientation")
    assert {row.facet: row.kind for row in Answer.objects.all()} == {"topics": "skipped", "gender": "not_said"}


def test_what_was_passed_over_waits_and_the_last_question_says_what_comes_next(applicant):
    for facet in vocabulary.load().asked_of("mentee"):
        if facet.key not in {"goals", "openness"}:
            answers.skip(membership=applicant, facet=facet.key, now=NOW)

    assert answer(applicant, "openness", do="skip").url == url("facet", applicant, "goals")
    last = answer(applicant, "goals", do="skip")
    assert last.url == url("done", applicant)
    assert "A coordinator gets in touch" in text(signed_in(applicant).get(last.url))


def test_who_changes_an_answer_comes_back_to_the_list(mentee):
    give(mentee, "values", chosen("honesty"), Reach.HELP_MATCH)

    response = answer(mentee, "values", a=[choice("values", "courage")], r="match")

    assert response.url == f"{url('answers', mentee)}#q{PLACES['values']}"
    assert gate.own(mentee)["values"].value == chosen("courage")


def test_an_error_keeps_what_was_typed(mentee):
    page = answer(mentee, "about", a="I would love to talk about gardens.")

    assert "Please choose how far it may travel. Only you can say." in text(page)
    assert "I would love to talk about gardens." in text(page)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("facet", "typed", "words"),
    [
        ("values", {}, "There is nothing here yet."),
        ("values", {"a": [str(n) for n in range(7)]}, "Please choose up to 6."),
        ("values", {"a": ["99"]}, "Please choose from the answers offered here."),
        ("gender", {"b": "x" * 201}, "Please keep it to 200 characters"),
        ("about", {"a": "x" * 1201}, "Please keep it to 1200 characters; these are 1201."),
        ("languages", {"c": "Klingon"}, "We do not have this one yet."),
        ("availability", {"a0d": "1", "a0f": "18:00", "a0t": ""}, "Please give a day, a start and an end"),
        ("availability", {"a0d": "1", "a0f": "18:00", "a0t": "17:00"}, "The end comes after the start."),
    ],
)
def test_what_does_not_fit_is_said_kindly(facet, typed, words, mentee):
    page = answer(mentee, facet, r="match", **typed)

    assert words in text(page)
    assert not Answer.objects.exists()


def test_a_question_that_changed_meanwhile_is_shown_again(mentee):
    typed = {"a": [choice("values", "honesty")], "r": "match"}
    data = {"v": "another wording", "do": "save", **typed}

    page = signed_in(mentee).post(url("facet", mentee, "values"), data)

    assert "This question has changed since you opened it." in text(page)
    assert f'name="v" value="{notice.VERSION}"' in page.content.decode()


def test_times_are_rows_and_more_can_be_had_without_losing_any(mentee):
    typed = {"a0d": "1", "a0f": "18:00", "a0t": "00:00", "a1d": "", "a1f": "", "a1t": ""}

    page = answer(mentee, "availability", do="more", r="match", **typed).content.decode()
    assert page.count('type="time"') == 2 * (1 + 3)
    assert 'value="18:00"' in page

    answer(mentee, "availability", r="match", **typed)
    assert gate.own(mentee)["availability"].value == [{"day": 1, "start": "18:00", "end": "24:00"}]


def test_a_language_can_be_typed(mentee):
    answer(mentee, "languages", a=[choice("languages", "en")], c="polski", r="match")

    assert gate.own(mentee)["languages"].value == chosen("en", "pl")


def test_age_is_one_choice(mentee):
    answer(mentee, "age", a=choice("age", "25-34"), r="match")

    assert gate.own(mentee)["age"].value == chosen("25-34")


def test_a_note_offers_only_steps_that_do_something(mentee):
    page = text(signed_in(mentee).get(url("facet", mentee, "pronouns")))

    assert "Only me" in page
    assert "Help match me" not in page


def test_reach_changes_from_the_list_in_one_tap(mentee):
    give(mentee, "values", chosen("honesty"), Reach.SUGGESTED)

    response = signed_in(mentee).post(url("reach", mentee), {"r": "only_me"}, follow=True)

    assert gate.own(mentee)["values"].reach == Reach.ONLY_ME
    assert "Changed. It acts from now on." in text(response)


def test_a_reach_that_is_none_changes_nothing(mentee):
    give(mentee, "values", chosen("honesty"), Reach.HELP_MATCH)

    signed_in(mentee).post(url("reach", mentee), {"r": "everybody"})
    signed_in(mentee).post(url("reach", mentee, "gender"), {"r": "match"})

    assert {key: own.reach for key, own in gate.own(mentee).items()} == {"values": Reach.HELP_MATCH}


def test_changes_need_a_post(mentee):
    give(mentee, "values", chosen("honesty"), Reach.SUGGESTED)
    browser = signed_in(mentee)

    browser.get(url("forget", mentee))
    browser.get(url("keep", mentee))

    assert browser.get(url("reach", mentee)).status_code == 405
    assert gate.own(mentee)["values"].reach == Reach.SUGGESTED


def test_taking_back_one_and_all(mentee):
    give(mentee, "values", chosen("honesty"), Reach.SUGGESTED)
    give(mentee, "place", "Lisbon", Reach.SUGGESTED)
    browser = signed_in(mentee)

    browser.post(url("forget", mentee, "place"))
    browser.post(url("keep", mentee))

    assert {key: own.reach for key, own in gate.own(mentee).items()} == {"values": Reach.ONLY_ME}


def test_who_has_left_still_takes_back(mentee):
    give(mentee, "values", chosen("honesty"), Reach.SUGGESTED)
    mentee.standing = Standing.LEFT
    mentee.save()

    refused = answer(mentee, "values", a=[choice("values", "courage")], r="match")
    signed_in(mentee).post(url("reach", mentee), {"r": "only_me"})

    assert refused.url == url("answers", mentee)
    assert gate.own(mentee)["values"].value == chosen("honesty")
    assert gate.own(mentee)["values"].reach == Reach.ONLY_ME


@pytest.mark.parametrize("given", [1, 3])
def test_the_list_costs_the_same_whatever_was_said(given, mentee, django_assert_num_queries):
    for facet, value in list({"values": chosen("honesty"), "about": "words", "place": "Lisbon"}.items())[:given]:
        give(mentee, facet, value)
    browser = signed_in(mentee)

    with django_assert_num_queries(6):  # session (read, noted), person, membership, answers, grants
        page = browser.get(url("answers", mentee))
    assert text(page).count("Change how far it travels") == given


def test_only_mentees_are_asked_whether_they_are_counted_and_only_about_who_they_are(mentee, mentor):
    asked = {key for key in FACETS if "Count me in" in text(signed_in(mentee).get(url("facet", mentee, key)))}

    assert asked == {"topics", "gender", "orientation", "culture", "faith", "disability", "age", "openness"}
    assert "Count me in" not in text(signed_in(mentor).get(url("facet", mentor, "gender")))


def counted(member) -> bool:
    return member.pk in gate.read(Purpose.STATISTICS, [member])


def test_somebody_is_counted_who_says_so_and_no_longer_says_only_me(mentee):
    said = {"a": [choice("gender", "trans")], "r": "match"}
    answer(mentee, "gender", **said)
    assert not counted(mentee)

    answer(mentee, "gender", **said, t="on")
    assert counted(mentee)
    assert "counted in anonymous statistics" in text(signed_in(mentee).get(url("answers", mentee)))
    page = signed_in(mentee).get(url("facet", mentee, "gender")).content.decode()
    assert re.search(r'<input[^>]* name="t"[^>]* checked', page)

    answer(mentee, "gender", **said)
    assert not counted(mentee)


def test_what_is_kept_to_oneself_is_not_counted(mentee):
    said = {"a": [choice("gender", "trans")], "t": "on"}
    answer(mentee, "gender", **said, r="only_me")
    assert not counted(mentee)

    answer(mentee, "gender", **said, r="match")
    signed_in(mentee).post(url("reach", mentee, "gender"), {"r": "matched"})
    assert counted(mentee)

    signed_in(mentee).post(url("reach", mentee, "gender"), {"r": "only_me"})
    assert not counted(mentee)
