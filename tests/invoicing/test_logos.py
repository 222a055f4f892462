"""Pictures on documents: what is taken, and what is not."""

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.invoicing.logos import checked_logo

Table = list[dict[str, str]]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def test_a_picture_is_kept_under_what_it_is() -> None:
    kept = checked_logo("image/png", PNG)
    assert kept.body == PNG and kept.key.startswith("logos/") and kept.key.endswith(".png")
    assert checked_logo("image/svg+xml", SVG.format("").encode()).key.endswith(".svg")


def test_an_svg_that_only_draws_is_taken(table: Table) -> None:
    """
    what     | svg
    shape    | <rect width="9" height="9" fill="#123456"/>
    gradient | <linearGradient id="a"><stop offset="0"/></linearGradient><path fill="url(#a)"/>
    style    | <style>path { fill: url('#a') }</style>
    use      | <g xmlns:x="http://www.w3.org/1999/xlink"><use x:href="#a"/></g>
    licence  | <metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>
    comment  | <!-- drawn by hand -->
    """
    for row in table:
        checked_logo("image/svg+xml", SVG.format(row["svg"]).encode())
    declared = '<?xml version="1.0" encoding="UTF-8"?>' + SVG.format("")
    checked_logo("image/svg+xml", declared.encode())


def test_an_svg_that_does_more_is_refused(table: Table) -> None:
    """
    svg                                                                     | words
    <script>alert(1)</script>                                               | leave 'script' out
    <SCRIPT/>                                                               | leave 'SCRIPT' out
    <foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject> | 'foreignObject'
    <g><p xmlns="http://www.w3.org/1999/xhtml">x</p></g>                    | leave 'p' out
    <s:script xmlns:s="http://other.example"/>                              | leave 'script' out
    <rect onload="x()"/>                                                    | leave 'onload' out
    <rect ONCLICK="x()"/>                                                   | leave 'onclick' out
    <image href="https://evil.example/a.png"/>                              | leave 'image' out
    <a href="https://evil.example"><path/></a>                              | leave 'a' out
    <use href="https://evil.example/a.svg#x"/>                              | link to nothing
    <use href=" data:image/svg+xml,x"/>                                     | link to nothing
    <g xmlns:x="http://www.w3.org/1999/xlink"><use x:href="//evil.example"/></g> | link to nothing
    <path fill="url(https://evil.example/a)"/>                              | link to nothing
    <path style="fill: URL( 'file:///etc/passwd' )"/>                       | link to nothing
    <style>@import 'https://evil.example/a.css';</style>                    | link to nothing
    <style>path { fill: \\75rl(https://evil.example) }</style>              | link to nothing
    <animate attributeName="href" to="javascript:x"/>                       | leave 'animate' out
    <set attributeName="onload" to="x()"/>                                  | leave 'set' out
    <?xml-stylesheet href="https://evil.example"?>                          | processing
    <!ENTITY x "x">                                                         | document types
    <rect                                                                   | no SVG picture
    """
    for row in table:
        with pytest.raises(InvalidInput, match=row["words"]) as refused:
            checked_logo("image/svg+xml", SVG.format(row["svg"]).encode())
        assert set(refused.value.fields) == {"data"}, row


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("image/png", b""),
        ("image/png", SVG.format("").encode()),
        ("image/png", PNG[:-1]),
        ("image/png", PNG + b"<script>"),
        ("image/png", PNG[:8] + b"\0" * 200_000 + PNG[-8:]),
        ("image/svg+xml", PNG),
        ("image/svg+xml", b"<html/>"),
        ("image/svg+xml", b"<svg/>"),
        ("image/svg+xml", SVG.format("<script/>").encode("utf-16")),
        ("image/svg+xml", b'<?xml version="1.0" encoding="cp037"?>' + SVG.encode("cp037")),
        ("image/svg+xml", SVG.format("<g/>" * 50_001).encode()),
    ],
    ids=range(11),
)
def test_what_is_no_such_picture_is_refused(media_type: str, body: bytes) -> None:
    with pytest.raises(InvalidInput):
        checked_logo(media_type, body)  # type: ignore[arg-type]
