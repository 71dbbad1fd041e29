from django.db import migrations

from config.triggers import Refuse

SAID = ("number", "at", "actor_id", "act", "kind", "row_id", "program_id", "link")


def in_words(row: str, column: str) -> str:
    """Null is empty, in words that both databases understand."""
    return f"COALESCE(CAST({row}.{column} AS text), '')"


CHANGED = " OR ".join(f"{in_words('NEW', column)} <> {in_words('OLD', column)}" for column in SAID)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_what_was_done_stays_written")]

    operations = [
        Refuse(name="the_trail_is_never_changed", table="accounts_trailentry", event="UPDATE", when=CHANGED),
        Refuse(name="the_trail_is_never_shortened", table="accounts_trailentry", event="DELETE", when="1 = 1"),
    ]
