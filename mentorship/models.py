"""What two people agree on, when they meet, what they write to each other."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program, User, check_time_zone


class Agreement(models.Model):
    """One mentorship from the second yes to its end. While it is written or active it holds one seat of the mentor and
    one of the mentee: numbers from 1 to what each of them may have, so that the database can keep the count."""

    class State(models.TextChoices):
        WRITING = "writing", _("being written")
        ACTIVE = "active", _("active")
        ENDED = "ended", _("ended")

        @classmethod
        def holding(cls) -> list["Agreement.State"]:
            """The states in which it takes a place."""
            return [cls.WRITING, cls.ACTIVE]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="agreements", verbose_name=_("program"))
    mentee = models.ForeignKey(
        Membership, models.CASCADE, related_name="agreements_as_mentee", verbose_name=_("mentee")
    )
    mentor = models.ForeignKey(
        Membership, models.CASCADE, related_name="agreements_as_mentor", verbose_name=_("mentor")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WRITING)
    mentor_seat = models.PositiveSmallIntegerField(_("seat of the mentor"), null=True)
    mentee_seat = models.PositiveSmallIntegerField(_("seat of the mentee"), null=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    active_at = models.DateTimeField(_("active since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("ended by"))

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mentor", "mentor_seat"], name="one_agreement_per_seat_of_a_mentor"),
            models.UniqueConstraint(fields=["mentee", "mentee_seat"], name="one_agreement_per_seat_of_a_mentee"),
            models.UniqueConstraint(
                fields=["mentee", "mentor"],
                condition=Q(state__in=["writing", "active"]),
                name="one_agreement_at_a_time_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", mentor_seat__isnull=True, mentee_seat__isnull=True, ended_at__isnull=False)
                # A comparison with nothing is neither true nor false, and a check lets that pass: so say it.
                | Q(mentor_seat__isnull=False, mentee_seat__isnull=False)
                & Q(state__in=["writing", "active"], mentor_seat__gte=1, mentee_seat__gte=1, ended_at__isnull=True),
                name="a_seat_is_held_until_the_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(active_at__isnull=False), name="an_active_agreement_says_since_when"
            ),
            models.CheckConstraint(condition=~Q(mentee=F("mentor")), name="nobody_mentors_themselves"),
        ]

    def __str__(self) -> str:
        return str(_("An agreement"))


class Version(models.Model):
    """One wording of an agreement, sealed. A change is a new version and needs both signatures again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="versions", verbose_name=_("agreement"))
    number = models.PositiveSmallIntegerField(_("number"))
    sealed = models.BinaryField(_("sealed words"))
    review_on = models.DateField(_("look at it again on"))
    written_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_version_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_1"),
        ]

    def __str__(self) -> str:
        return str(_("Version %(number)s") % {"number": self.number})


class Signature(models.Model):
    version = models.ForeignKey(Version, models.CASCADE, related_name="signatures", verbose_name=_("version"))
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("by"))
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "membership"], name="one_signature_per_person_and_version")
        ]

    def __str__(self) -> str:
        return str(_("A signature"))


class Meeting(models.Model):
    """Planned by either; stored in UTC with the zone in which it was said, shown to each in their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="meetings", verbose_name=_("agreement"))
    starts_at = models.DateTimeField(_("starts"))
    said_in = models.CharField(_("said in time zone"), max_length=64, validators=[check_time_zone])
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    sealed = models.BinaryField(_("sealed words"), default=bytes)
    planned_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned"), default=timezone.now)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=480), name="a_meeting_takes_5_to_480_minutes"
            )
        ]

    def __str__(self) -> str:
        return str(_("A meeting"))


class Message(models.Model):
    """Words between two people with an agreement, sealed. Nobody else reads them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="messages", verbose_name=_("agreement"))
    by = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("by"))
    sealed = models.BinaryField(_("sealed words"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(_("A message"))
