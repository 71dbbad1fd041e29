"""What the pages show and do: each behaviour once, through the browser's door."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from consent.purposes import Reach
from mentorship import queries, words
from mentorship.actions import agreements, meetings, messages
from mentorship.models import Agreement
from notices.models import Notice
from tests.cast import chosen, give, make_member, signed_in
from tests.mentorship import scene

TERMS = {key: f"About {key}." for key in (*words.JOINT, "part")}


def at(name: str, *ids) -> str:
    return reverse(f"mentorship:{name}", args=ids)


def tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).date().isoformat()


@pytest.fixture
def opened(mentee, mentor, now) -> Agreement:
    return agreements.open_between(mentee=mentee, mentor=mentor, now=now)


def test_nobody_faces_a_blank_page(opened, mentee):
    form = signed_in(mentee).get(at("write", opened.pk)).context["form"]

    assert all(str(form[key].value()).strip() for key in (*words.JOINT, "part", "review_on"))


def test_two_people_write_sign_and_begin(opened, mentee, mentor):
    said = {**TERMS, "based_on": 0, "review_on": "2099-01-01"}
    first = signed_in(mentee).post(at("write", opened.pk), said)
    signed_in(mentee).post(at("sign", opened.pk), {"number": 1})
    last = signed_in(mentor).post(at("sign", opened.pk), {"number": 1}, follow=True)

    opened.refresh_from_db()
    assert (first.url, opened.state) == (at("sign", opened.pk), "active")
    assert [str(message) for message in last.context["messages"]] == ["You have both signed. It begins now."]


def test_the_page_to_sign_carries_the_number_it_shows(written, mentor):
    page = signed_in(mentor).get(at("sign", written.pk)).content.decode()

    assert '<input type="hidden" name="number" value="1">' in page
    assert "Find a flat." in page


def test_signing_what_has_changed_since_is_refused_kindly(written, mentee, mentor, now):
    agreements.write(agreement=written, by=mentee, terms={"goals": "Other."}, review_on=scene.REVIEW, now=now)

    page = signed_in(mentor).post(at("sign", written.pk), {"number": 1}, follow=True)

    assert [str(message) for message in page.context["messages"]] == [str(agreements.Outdated())]
    assert page.context["page"].open.version.number == 2
    assert not queries.signers(queries.latest(written))


def test_what_is_new_is_marked(active, mentee, mentor, now):
    agreements.write(agreement=active, by=mentee, terms={"goals": "A job."}, review_on=scene.REVIEW, now=now)

    wording = signed_in(mentor).get(at("sign", active.pk)).context["page"].open

    assert [section.label for section in wording.joint if section.changed] == ["What we would like to get out of it"]
    assert (wording.own.changed, wording.others.changed, wording.day_changed) == (False, False, False)


def test_who_wrote_on_an_older_wording_keeps_what_they_typed(written, mentee, mentor, now):
    agreements.write(agreement=written, by=mentor, terms={"goals": "Other."}, review_on=scene.REVIEW, now=now)
    client, said = signed_in(mentee), {**TERMS, "based_on": 1, "review_on": "2099-01-01"}

    page = client.post(at("write", written.pk), said)
    form = page.context["form"]
    again = client.post(at("write", written.pk), {**said, "based_on": form["based_on"].value()})

    assert (form["goals"].value(), form["based_on"].value()) == ("About goals.", 2)
    assert b"Other." in page.content
    assert (again.status_code, queries.latest(written).number) == (302, 3)


def test_a_review_day_lies_ahead(opened, mentee):
    page = signed_in(mentee).post(at("write", opened.pk), {**TERMS, "based_on": 0, "review_on": "2020-01-01"})

    assert page.context["form"].errors["review_on"] == ["Please choose a day that is still to come."]
    assert page.context["form"]["goals"].value() == "About goals."


def test_each_sees_the_own_part_as_their_own(active, mentee, mentor):
    for reader, own, others in ((mentee, "Nobody at work knows.", ""), (mentor, "", "Nobody at work knows.")):
        wording = signed_in(reader).get(at("agreement", active.pk)).context["page"].agreed
        assert (wording.own.text, wording.others.text) == (own, others)


def test_what_the_match_lets_travel_is_shown_in_words_and_nothing_else(active, mentee, mentor):
    give(mentor, "values", chosen("honesty"), reach=Reach.MATCHED)
    give(mentor, "about", "canary-match", reach=Reach.HELP_MATCH)
    give(mentor, "place", "canary-me", reach=Reach.ONLY_ME)

    page = signed_in(mentee).get(at("agreement", active.pk))

    assert page.context["page"].told == [("Values", ["Honesty"])]
    assert b"canary" not in page.content


def test_a_withdrawn_answer_is_gone_on_the_next_look(active, mentee, mentor):
    answer = give(mentor, "about", "canary", reach=Reach.MATCHED)
    before = signed_in(mentee).get(at("agreement", active.pk)).content
    answer.grants.filter(purpose="matched").delete()

    assert b"canary" in before
    assert b"canary" not in signed_in(mentee).get(at("agreement", active.pk)).content


def test_an_end_is_asked_for_first(active, mentee):
    client = signed_in(mentee)
    asked = client.get(at("end", active.pk))
    active.refresh_from_db()
    state = active.state
    done = client.post(at("end", active.pk))

    active.refresh_from_db()
    assert (asked.status_code, state, done.url, active.state) == (200, "active", at("list"), "ended")


def test_a_meeting_is_planned_on_the_planner_s_clock_and_shown_on_both(active, mentee, mentor):
    User.objects.filter(pk=mentee.user_id).update(time_zone="Europe/Lisbon")
    User.objects.filter(pk=mentor.user_id).update(time_zone="Asia/Kathmandu")
    said = {"day": "2099-07-01", "time": "18:30", "minutes": "45", "text": "By the river"}

    signed_in(mentee).post(at("meetings", active.pk), said)
    page = signed_in(mentor).get(at("meetings", active.pk)).content.decode()

    assert 'Wed 1 Jul 2099, 23:15 <span class="soft">Kathmandu time</span>' in page
    assert 'Wed 1 Jul 2099, 18:30 <span class="soft">Lisbon time</span>' in page
    assert "By the river" in page


def test_a_time_that_never_comes_keeps_the_form_and_says_what_to_choose(active, mentee):
    User.objects.filter(pk=mentee.user_id).update(time_zone="Europe/Lisbon")
    said = {"day": "2027-03-28", "time": "01:30", "minutes": "45", "text": "By the river"}

    form = signed_in(mentee).post(at("meetings", active.pk), said).context["form"]

    assert form["text"].value() == "By the river"
    assert form.errors["time"][0].endswith("Please choose Sun 28 Mar 2027, 00:30 or Sun 28 Mar 2027, 02:30.")
    assert not active.meetings.exists()


def test_two_on_one_clock_see_the_time_once(active, mentee, now):
    meetings.plan(agreement=active, by=mentee, said=datetime.fromisoformat("2099-07-01 09:00"), minutes=45, now=now)

    (line,) = signed_in(mentee).get(at("meetings", active.pk)).context["coming"]

    assert line.theirs == ""


def test_the_calendar_file_says_when_and_nothing_else(active, mentee, now):
    said = datetime.fromisoformat("2099-07-01 09:00")
    meeting = meetings.plan(agreement=active, by=mentee, said=said, minutes=45, text="canary", now=now)

    answer = signed_in(mentee).get(at("calendar", active.pk, meeting.pk))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert b"DTSTART:20990701T090000Z" in answer.content
    assert not any(word in answer.content for word in (b"canary", b"Robin", b"Sam", b"entor", b"Kindred"))


def test_a_meeting_called_off_is_marked_and_taken_out_of_the_calendar(active, mentee, mentor, now):
    said = datetime.fromisoformat("2099-07-01 09:00")
    meeting = meetings.plan(agreement=active, by=mentee, said=said, minutes=45, now=now)

    signed_in(mentor).post(at("cancel", active.pk, meeting.pk))
    answer = signed_in(mentee).get(at("calendar", active.pk, meeting.pk))

    assert b"STATUS:CANCELLED" in answer.content


def test_messages_go_back_and_forth(active, mentee, mentor):
    signed_in(mentee).post(at("messages", active.pk), {"text": "Hello, Sam"})
    thread = signed_in(mentor).get(at("messages", active.pk)).context["thread"]

    assert [text for _, text in thread] == ["Hello, Sam"]
    assert queries.unread_by(mentor, active).count() == 0


def test_an_empty_message_is_asked_for_words(active, mentee):
    form = signed_in(mentee).post(at("messages", active.pk), {"text": "  "}).context["form"]

    assert form.errors["text"] == ["Please fill this in."]


def test_words_are_shown_as_words(active, mentee, mentor, now):
    messages.send(agreement=active, by=mentee, text="<script>alert(1)</script>", now=now)

    page = signed_in(mentor).get(at("messages", active.pk)).content

    assert b"&lt;script&gt;alert(1)" in page
    assert b"<script>alert(1)" not in page


def test_titles_and_addresses_tell_nothing(active, mentee):
    for name in ("agreement", "sign", "write", "end", "meetings", "messages"):
        page = signed_in(mentee).get(at(name, active.pk), follow=True).content.decode()
        assert "Sam" not in page[page.index("<title>") : page.index("</title>")]


def test_a_mentor_says_how_many_places_there_are(mentor):
    answer = signed_in(mentor).post(at("places", mentor.pk), {"capacity": "4"})

    mentor.refresh_from_db()
    assert (answer.url, mentor.capacity) == (at("places", mentor.pk), 4)


def test_fewer_places_than_are_taken_is_explained_at_the_field(active, mentor):
    form = signed_in(mentor).post(at("places", mentor.pk), {"capacity": "0"}).context["form"]

    assert form.errors["capacity"] == ["You accompany 1 person right now, so please choose 1 or more."]


def test_a_mentor_pauses_and_comes_back(mentor):
    client = signed_in(mentor)
    client.post(reverse("accounts:pause", args=[mentor.pk]))
    paused = client.get(at("places", mentor.pk)).content
    client.post(reverse("accounts:resume", args=[mentor.pk]))

    assert b"Come back" in paused
    assert b"Pause" in client.get(at("places", mentor.pk)).content


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_asks_the_same_number_of_questions(program, now, others, django_assert_num_queries):
    mentor = make_member(program, Role.MENTOR, "Rae", capacity=5)
    for number in range(others):
        agreement = scene.active(make_member(program, Role.MENTEE, f"M{number}"), mentor)
        said = datetime.fromisoformat("2099-07-01 09:00")
        meetings.plan(agreement=agreement, by=mentor, said=said, minutes=45, now=now)
        messages.send(agreement=agreement, by=agreement.mentee, text="Hello", now=now)
    client = signed_in(mentor)
    client.get(at("list"))

    with django_assert_num_queries(SESSION + 3):
        cards = client.get(at("list")).context["cards"]

    assert [(card.unread, card.next_meeting is not None) for card in cards] == [(1, True)] * others


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "own"), [("agreement", 6), ("meetings", 3), ("messages", 4)])
def test_pages_ask_the_same_number_of_questions(mentee, mentor, now, rows, name, own, django_assert_num_queries):
    agreement = scene.active(mentee, mentor)
    for number in range(rows):
        give(mentor, ("values", "skills", "languages")[number], chosen())
        said = datetime.fromisoformat(f"2099-07-0{number + 1} 09:00")
        meetings.plan(agreement=agreement, by=mentee, said=said, minutes=45, now=now)
        messages.send(agreement=agreement, by=mentor, text="Hello", now=now)
    client = signed_in(mentee)
    client.get(at(name, agreement.pk))

    with django_assert_num_queries(SESSION + own):
        client.get(at(name, agreement.pk))


# Finding the session and the person, and noting that somebody was here.
SESSION = 3


def test_notices_tell_nothing(mentee, mentor):
    scene.active(mentee, mentor)

    assert set(Notice.objects.values_list("sealed", flat=True)) == {b""}


def test_help_is_at_hand_while_it_lasts_and_after(active, mentee, mentor, now):
    client = signed_in(mentee)
    lasting = client.get(at("agreement", active.pk)).content.decode()
    agreements.end(agreement=active, by=mentor.user, now=now)
    ended = client.get(at("agreement", active.pk)).content.decode()

    assert f'href="{reverse("home:concern_about", args=[mentor.pk])}"' in lasting
    assert f'href="{reverse("home:keep_apart", args=[mentor.pk])}"' in lasting
    assert f'href="{reverse("home:concern", args=[mentee.pk])}"' in ended
    assert str(mentor.pk) not in ended
