"""A flow's snapshot sealed and read again: ours, and json with Fernet of the same content."""

import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cryptography.fernet import Fernet
from scene import ACCESS_TOKENS
from stores.typical import TYPICAL

from mfa_flow.stores import Seal
from mfa_flow.stores.codec import decode, encode

RIGHT = ACCESS_TOKENS[0]  # what the worker is told when what came back is what was sealed


@asynccontextmanager
async def ours(url):
    """As the stores do it."""
    seal = Seal(Seal.generate_key())

    async def there_and_back(number):
        found = decode(seal.open(seal.close(encode(TYPICAL), b"chat-42"), b"chat-42"))
        return RIGHT if found.version == TYPICAL.version else ""

    yield there_and_back


@asynccontextmanager
async def fernet(url):
    """As one would without us: a dict, json, Fernet."""
    cipher, content = Fernet(Fernet.generate_key()), json.loads(encode(TYPICAL))

    async def there_and_back(number):
        found = json.loads(cipher.decrypt(cipher.encrypt(json.dumps(content).encode())))
        return RIGHT if found["version"] == TYPICAL.version else ""

    yield there_and_back
