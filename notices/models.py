"""The outbox, one message to one person until it is sent, and how each person wants to be written to."""

import uuid
from datetime import datetime, time

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices import hours


class Notice(models.Model):
    """Mail carries no content: a notice says only that there is an update. The one exception are the codes that people
    ask for to sign in: they lie sealed in `sealed` and are gone once sent, like the address."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("account mail")
        ASKED = "asked", _("somebody asks")
        REMINDER = "reminder", _("an ask is waiting")
        ANSWERED = "answered", _("an ask was answered")
        CLOSED = "closed", _("an ask has ended")
        SUGGESTED = "suggested", _("a suggestion is ready")
        AGREEMENT = "agreement", _("an agreement changed")
        MEETING = "meeting", _("a meeting changed")
        MESSAGE = "message", _("a message")
        MEMBERSHIP = "membership", _("a membership changed")
        OPENED = "opened", _("answers were opened")
        CONCERN = "concern", _("somebody asks for care")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.ForeignKey(User, models.CASCADE, null=True, related_name="notices", verbose_name=_("to"))
    address = models.EmailField(_("address"), blank=True, help_text=_("Only where there is no account (yet)."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about = models.UUIDField(_("about"), null=True)
    once = models.CharField(_("once"), max_length=80, blank=True, help_text=_("Makes a repeat do nothing."))
    sealed = models.BinaryField(_("sealed words"), default=bytes)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state", "due_at"], name="notices_to_send")]
        constraints = [
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="a_notice_once"),
            models.CheckConstraint(
                condition=Q(to__isnull=False) | ~Q(address="") | Q(state__in=["sent", "given_up"]),
                name="a_waiting_notice_has_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="a_sent_notice_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Manner(models.Model):
    """How mail reaches one person. Whoever has chosen nothing has no row, and is written to as the defaults say."""

    class Often(models.TextChoices):
        AT_ONCE = "at_once", _("As things happen")
        DAILY = "daily", _("Once a day at most")
        NEVER = "never", _("Not at all")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="manner", verbose_name=_("person"))
    discreet = models.BooleanField(_("discreet"), default=True)
    often = models.CharField(_("how often"), max_length=7, choices=Often.choices, default=Often.AT_ONCE)
    daily_at = models.TimeField(_("at"), default=time(18))
    quiet_from = models.TimeField(_("quiet from"), null=True)
    quiet_until = models.TimeField(_("quiet until"), null=True)
    sealed = models.BinaryField(_("own words, sealed"), default=bytes)
    told_at = models.DateTimeField(_("last daily mail"), null=True)

    class Meta:
        verbose_name = _("manner of mail")
        verbose_name_plural = _("manners of mail")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(
                condition=Q(often__in=["at_once", "daily", "never"]), name="mail_comes_as_often_as_one_can_choose"
            ),
        ]

    def __str__(self) -> str:
        return self.get_often_display()

    def earliest(self, created_at: datetime, now: datetime) -> datetime:
        """When a notice that is due now may go: now, when the day's mail goes, or when quiet hours end."""
        zone = self.user.time_zone
        last = hours.last_daily(now, zone, self.daily_at)
        if self.often == self.Often.DAILY and last <= max(created_at, self.told_at or created_at):
            return hours.next_daily(now, zone, self.daily_at)
        return hours.end_of_quiet(now, zone, self.quiet_from, self.quiet_until) or now
