import pytest

from accounts.models import Membership
from mentorship.models import Agreement
from tests.mentorship import scene


@pytest.fixture
def written(mentee: Membership, mentor: Membership) -> Agreement:
    """Being written: the mentee wrote a first version, nobody has signed."""
    return scene.written(mentee, mentor)


@pytest.fixture
def active(mentee: Membership, mentor: Membership) -> Agreement:
    """Signed by both."""
    return scene.active(mentee, mentor)
