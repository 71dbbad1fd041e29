"""Words that belong to one row (a note, a message, an agreement), sealed like answers. They are nobody's facet: who may
read such a row may read its words, so they do not pass the gate."""

import json
import uuid
from typing import Any

from consent.sealing import keyring, place


def seal_letter(owner: uuid.UUID, words: Any, name: str = "letter") -> bytes:
    """`owner` is the row's id. A row with two sealed columns gives each a `name`, so that they cannot change places."""
    return keyring().seal(json.dumps(words, ensure_ascii=False).encode(), place(owner, name))


def open_letter(owner: uuid.UUID, sealed: bytes, name: str = "letter") -> Any:
    """No words, no letter: an empty one opens to the empty string."""
    return json.loads(keyring().open(bytes(sealed), place(owner, name))) if sealed else ""
