"""What the workers of one match run hand each other: what people said, as the numbers that the matcher makes of it.

It is sealed like an answer, and bound to its run and its name. What was said came through the gate, and only the
matcher reads it here: the one reader is named in `.importlinter`, as those of the gate are."""

import uuid

from consent.sealing import keyring, place


def seal_parcel(owner: uuid.UUID, name: str, content: bytes) -> bytes:
    """`owner` is the run. A parcel that is put in the place of another one does not open."""
    return keyring().seal(content, place(owner, name))


def open_parcel(owner: uuid.UUID, name: str, sealed: bytes | memoryview) -> bytes:
    return keyring().open(bytes(sealed), place(owner, name))
