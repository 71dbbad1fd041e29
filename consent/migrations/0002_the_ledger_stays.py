from django.db import migrations

from config.triggers import Refuse

STILL_HERE = "EXISTS (SELECT 1 FROM accounts_membership WHERE accounts_membership.id = OLD.membership_id)"


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]

    operations = [
        Refuse(name="the_ledger_is_never_changed", table="consent_ledgerentry", event="UPDATE", when="1 = 1"),
        Refuse(
            name="the_ledger_outlives_the_membership", table="consent_ledgerentry", event="DELETE", when=STILL_HERE
        ),
    ]
