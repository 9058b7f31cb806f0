"""The functions of https://trino.io/docs/current/functions/binary.html."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
import zlib

from awsglue_local.athena.trino.calls import Rule, when_given

PAGE = "binary"


def digest(name: str) -> Rule:
    """Return the rule of a hash."""

    def of(data: bytes) -> bytes:
        return hashlib.new(name, data).digest()

    of.__name__ = name
    return when_given(of)


def keyed(name: str) -> Rule:
    """Return the rule of a hash with a key."""

    def of(data: bytes, key: bytes) -> bytes:
        return hmac.digest(key, data, name)

    of.__name__ = f"hmac_{name}"
    return when_given(of)


def crc32(data: bytes) -> int:
    return zlib.crc32(data)


def from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: {error}") from error


def from_base64_of_bytes(data: bytes) -> bytes:
    return from_base64(data.decode())


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def from_base32(text: str) -> bytes:
    try:
        return base64.b32decode(text)
    except binascii.Error as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: {error}") from error


def to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode()


def from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: {error}") from error


def to_hex(data: bytes) -> str:
    return data.hex().upper()


def number_of(form: str) -> Rule:
    """Return the rule that reads a number of bytes."""

    def of(data: bytes) -> float:
        if len(data) != struct.calcsize(form):
            raise ValueError(
                f"INVALID_FUNCTION_ARGUMENT: expected {struct.calcsize(form)}-byte input, but got instead: {len(data)}"
            )
        return struct.unpack(form, data)[0]  # type: ignore[no-any-return]

    of.__name__ = "number_of_" + {">q": "bigint", ">i": "integer", ">d": "double", ">f": "real"}[form]
    return when_given(of)


def bytes_of(form: str) -> Rule:
    """Return the rule that writes a number as bytes."""

    def of(value: float) -> bytes:
        return struct.pack(form, value)

    of.__name__ = "bytes_of_" + {">q": "bigint", ">i": "integer", ">d": "double", ">f": "real"}[form]
    return when_given(of)


def length(data: bytes) -> int:
    return len(data)


def reverse_bytes(data: bytes) -> bytes:
    return data[::-1]


def substr_bytes(data: bytes, start: int, size: int | None = None) -> bytes:
    first = start - 1 if start > 0 else len(data) + start
    if start == 0 or not 0 <= first < len(data):
        return b""
    return data[first:] if size is None else data[first : first + max(size, 0)]


RULES: dict[str, Rule] = {
    "concat(varbinary, varbinary...) -> varbinary": lambda call: f"({' || '.join(call.sql)})",
    "from_base32(varchar) -> varbinary": when_given(from_base32),
    "to_base32(varbinary) -> varchar": when_given(to_base32),
    "crc32(varbinary) -> bigint": when_given(crc32),
    "from_base64(varchar) -> varbinary": when_given(from_base64),
    "from_base64(varbinary) -> varbinary": when_given(from_base64_of_bytes),
    "from_base64url(varchar) -> varbinary": when_given(from_base64url),
    "from_big_endian_32(varbinary) -> integer": number_of(">i"),
    "from_big_endian_64(varbinary) -> bigint": number_of(">q"),
    "from_hex(varchar) -> varbinary": when_given(from_hex),
    "from_ieee754_32(varbinary) -> real": number_of(">f"),
    "from_ieee754_64(varbinary) -> double": number_of(">d"),
    "hmac_md5(varbinary, varbinary) -> varbinary": keyed("md5"),
    "hmac_sha1(varbinary, varbinary) -> varbinary": keyed("sha1"),
    "hmac_sha256(varbinary, varbinary) -> varbinary": keyed("sha256"),
    "hmac_sha512(varbinary, varbinary) -> varbinary": keyed("sha512"),
    "length(varbinary) -> bigint": when_given(length),
    "md5(varbinary) -> varbinary": digest("md5"),
    "reverse(varbinary) -> varbinary": when_given(reverse_bytes),
    "sha1(varbinary) -> varbinary": digest("sha1"),
    "sha256(varbinary) -> varbinary": digest("sha256"),
    "sha512(varbinary) -> varbinary": digest("sha512"),
    "substr(varbinary, bigint) -> varbinary | substr(varbinary, bigint, bigint) -> varbinary": when_given(substr_bytes),
    "to_base64(varbinary) -> varchar": when_given(to_base64),
    "to_base64url(varbinary) -> varchar": when_given(to_base64url),
    "to_big_endian_32(integer) -> varbinary": bytes_of(">i"),
    "to_big_endian_64(bigint) -> varbinary": bytes_of(">q"),
    "to_hex(varbinary) -> varchar": when_given(to_hex),
    "to_ieee754_32(real) -> varbinary": bytes_of(">f"),
    "to_ieee754_64(double) -> varbinary": bytes_of(">d"),
}
