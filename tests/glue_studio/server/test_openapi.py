"""The document of which the page's types are made is that of the routes."""

from __future__ import annotations

from glue_studio.server.openapi import DOCUMENT, document


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `make docs`"
