"""The outbox: one message to one person, until it is sent."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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
