from django.db import migrations

from config.triggers import Refuse

HOLDING = "NEW.state IN ('writing', 'active')"
PEOPLE = """
    SELECT 1 FROM accounts_membership AS mentee, accounts_membership AS mentor, safety_block
    WHERE mentee.id = NEW.mentee_id AND mentor.id = NEW.mentor_id
    AND ((safety_block.blocker_id = mentee.user_id AND safety_block.blocked_id = mentor.user_id)
      OR (safety_block.blocker_id = mentor.user_id AND safety_block.blocked_id = mentee.user_id))
"""
TOGETHER = """
    SELECT 1 FROM mentorship_agreement AS agreement, accounts_membership AS mentee, accounts_membership AS mentor
    WHERE agreement.state IN ('writing', 'active')
    AND mentee.id = agreement.mentee_id AND mentor.id = agreement.mentor_id
    AND ((NEW.blocker_id = mentee.user_id AND NEW.blocked_id = mentor.user_id)
      OR (NEW.blocker_id = mentor.user_id AND NEW.blocked_id = mentee.user_id))
"""
# Both sides of a pair wait on the same lock, so that a block and an agreement cannot overlook each other.
PAIR_OF_AGREEMENT = """(
    SELECT least(mentee.user_id, mentor.user_id)::text || greatest(mentee.user_id, mentor.user_id)::text
    FROM accounts_membership AS mentee, accounts_membership AS mentor
    WHERE mentee.id = NEW.mentee_id AND mentor.id = NEW.mentor_id
)"""
PAIR_OF_BLOCK = "coalesce(least(NEW.blocker_id, NEW.blocked_id)::text || greatest(NEW.blocker_id, NEW.blocked_id)::text, '')"


def for_agreements(event: str, suffix: str) -> list[Refuse]:
    mentor_has = "(SELECT capacity FROM accounts_membership WHERE accounts_membership.id = NEW.mentor_id)"
    mentee_has = "(SELECT agreements_per_mentee FROM accounts_program WHERE accounts_program.id = NEW.program_id)"
    return [
        Refuse(
            name=f"no_agreement_above_the_capacity_of_a_mentor{suffix}",
            table="mentorship_agreement",
            event=event,
            when=f"{HOLDING} AND NEW.mentor_seat > {mentor_has}",
            serialise="NEW.mentor_id::text",
        ),
        Refuse(
            name=f"no_agreement_above_the_places_of_a_mentee{suffix}",
            table="mentorship_agreement",
            event=event,
            when=f"{HOLDING} AND NEW.mentee_seat > {mentee_has}",
        ),
        Refuse(
            name=f"no_agreement_between_blocked_people{suffix}",
            table="mentorship_agreement",
            event=event,
            when=f"{HOLDING} AND EXISTS ({PEOPLE})",
            serialise=PAIR_OF_AGREEMENT,
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0001_initial"), ("safety", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        *for_agreements("INSERT", ""),
        *for_agreements("UPDATE", "_later"),
        Refuse(
            name="no_block_between_people_with_an_agreement",
            table="safety_block",
            event="INSERT",
            when=f"EXISTS ({TOGETHER})",
            serialise=PAIR_OF_BLOCK,
        ),
        Refuse(
            name="no_block_between_people_with_an_agreement_later",
            table="safety_block",
            event="UPDATE",
            when=f"EXISTS ({TOGETHER})",
            serialise=PAIR_OF_BLOCK,
        ),
        Refuse(
            name="capacity_stays_above_the_seats_taken",
            table="accounts_membership",
            event="UPDATE",
            when="EXISTS (SELECT 1 FROM mentorship_agreement AS agreement WHERE agreement.mentor_id = NEW.id "
            "AND agreement.mentor_seat > NEW.capacity)",
            serialise="NEW.id::text",
        ),
    ]
