"""The picture of the Studio is of the page as it is now."""

from __future__ import annotations

import struct
import zlib

from scripts.docs.studio_picture import PICTURE, digest_in, marked, page_digest


def test_the_picture_is_of_the_page() -> None:
    assert digest_in(PICTURE.read_bytes()) == page_digest(), "run `make studio-picture`"


def test_a_picture_says_of_which_page_it_is_and_stays_a_png() -> None:
    chunks = [(b"IHDR", b"\0" * 13), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    with_digest = marked(png, "ab" * 32)
    assert digest_in(with_digest) == "ab" * 32
    assert digest_in(png) == ""
    place, names = 8, []
    while place < len(with_digest):
        (size,) = struct.unpack(">I", with_digest[place : place + 4])
        body = with_digest[place + 4 : place + 8 + size]
        assert struct.unpack(">I", with_digest[place + 8 + size : place + 12 + size]) == (zlib.crc32(body),)
        names.append(body[:4])
        place += 12 + size
    assert names == [b"IHDR", b"tEXt", b"IEND"]
