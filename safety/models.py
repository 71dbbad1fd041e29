"""Who must never meet whom, who asked for help, and where somebody is signed in."""

import uuid

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Program, User


class Block(models.Model):
    """These two never meet again, in any program, whichever of them blocked; neither is told.

    A person may be blocked by address before they are here: `address` is a keyed digest, `blocked` is filled in when
    somebody with that address turns up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blocker = models.ForeignKey(User, models.CASCADE, related_name="blocks_made", verbose_name=_("who blocked"))
    blocked = models.ForeignKey(User, models.CASCADE, null=True, related_name="blocks_met", verbose_name=_("whom"))
    address = models.CharField(_("digest of an address"), max_length=64, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="one_block_per_pair_and_direction"),
            models.UniqueConstraint(
                fields=["blocker", "address"], condition=~Q(address=""), name="one_block_per_person_and_address"
            ),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="nobody_blocks_themselves"),
            models.CheckConstraint(
                condition=Q(blocked__isnull=False) | ~Q(address=""), name="a_block_names_a_person_or_an_address"
            ),
        ]

    def __str__(self) -> str:
        return str(_("A block"))


class Concern(models.Model):
    """Somebody needs care or was harmed. Its words are sealed; coordinators of the program read them, nobody else."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        HANDLED = "handled", _("handled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="concerns", verbose_name=_("program"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="concerns_raised", verbose_name=_("from"))
    about = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="concerns_about", verbose_name=_("about")
    )
    sealed = models.BinaryField(_("sealed words"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField(_("when"), default=timezone.now)
    handled_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", handled_at__isnull=True) | Q(state="handled", handled_at__isnull=False),
                name="a_handled_concern_says_when",
            )
        ]

    def __str__(self) -> str:
        return str(_("A concern"))


class Session(AbstractBaseSession):
    """Somebody's browser while they are signed in, or while they are on their way to. `session_key` is a digest of the
    cookie, `session_data` is sealed (safety/sessions.py); no address of a network, and of the browser only its kind."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("person"))
    device = models.CharField(_("kind of device"), max_length=40, blank=True)
    since = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last seen"))

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        ordering = ["-seen_at", "session_key"]
