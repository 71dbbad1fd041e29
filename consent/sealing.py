"""Authenticated encryption of what people said: AES-256-GCM, the key's id in front, bound to whose and what it is."""

import base64
import binascii
import os
import uuid
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12


class Unopenable(Exception):
    """A sealed value that none of our keys opens, or that lies in a place that it was not sealed for."""


class Keyring:
    """Keys by id. The first one seals, all of them open; a new one is put in front to rotate."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._keys = {key_id.encode(): AESGCM(key) for key_id, key in map(_key, words)}
        self._first = next(iter(self._keys))

    def __repr__(self) -> str:
        return "Keyring(…)"

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """`key id, ":", nonce (12 bytes), ciphertext and tag`. `place` is authenticated, not stored."""
        nonce = os.urandom(NONCE)
        return self._first + b":" + nonce + self._keys[self._first].encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        key_id, _, rest = sealed.partition(b":")
        try:
            return self._keys[key_id].decrypt(rest[:NONCE], rest[NONCE:], place)
        except (KeyError, InvalidTag, ValueError):
            raise Unopenable from None

    def is_current(self, sealed: bytes) -> bool:
        return sealed.startswith(self._first + b":")


def _key(word: str) -> tuple[str, bytes]:
    key_id, _, encoded = word.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not key_id or len(key) != 32:
        raise ImproperlyConfigured("KINDRED_ANSWER_KEYS: each key must read id:base64, the base64 of 32 bytes.")
    return key_id, key


@lru_cache(maxsize=4)
def _keyring(words: tuple[str, ...]) -> Keyring:
    return Keyring(words)


def keyring() -> Keyring:
    return _keyring(tuple(settings.ANSWER_KEYS))


def place(owner: uuid.UUID, name: str) -> bytes:
    """Whose and what a sealed value is. A ciphertext that is moved elsewhere does not open there."""
    return owner.bytes + name.encode()
