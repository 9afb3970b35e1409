"""Turn a counter into seven-character codes: permute, then encode."""

from hashlib import blake2s
from string import ascii_lowercase, ascii_uppercase, digits

ALPHABET = digits + ascii_uppercase + ascii_lowercase
LENGTH = 7
SPACE = 62**LENGTH  # 3,521,614,606,208 codes
HALF = 21  # bits; two halves hold 2**42 numbers, a little above SPACE


def code_for(number, key):  # one key for ever: two would share codes
    if not 0 <= number < SPACE:
        raise ValueError("no such counter value")
    return encode(permute(number, key))


def encode(number):
    code = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, 62)
        code = ALPHABET[digit] + code
    return code


def permute(number, key):
    """Map one-to-one (Feistel rounds); step on while out of range."""
    while True:
        left, right = divmod(number, 2**HALF)
        for turn in range(4):
            left, right = right, left ^ _mix(turn, right, key)
        number = left * 2**HALF + right
        if number < SPACE:
            return number


def _mix(turn, half, key):
    digest = blake2s(b"%d:%d" % (turn, half), key=key).digest()
    return int.from_bytes(digest, "big") % 2**HALF
