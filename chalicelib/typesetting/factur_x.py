"""Factur-X 1.0: a PDF/A-3 that says of itself that it holds the invoice as XML too.

Typst attaches the XML and writes the XMP metadata of the file, but takes no properties of others'
schemas; so those of Factur-X are put into what it wrote. The `factur-x` package is no way to do
it: it replaces the metadata, and with them the language, the level of PDF/A and PDF/UA, writes
the time of day, and takes eleven seconds for an annex of 10,000 rows.
"""

import re

NAME = "factur-x.xml"
# Factur-X 1.0.07, annex 3: the properties, and their description as PDF/A asks for it.
_URN = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": (NAME, "name of the embedded XML invoice file"),
    "DocumentType": ("INVOICE", "type of the document"),
    "Version": ("1.0", "version of the Factur-X XML schema"),
    "ConformanceLevel": ("EN 16931", "conformance level of the embedded Factur-X data"),
}
_METADATA = re.compile(rb"<</Length (\d+)/Type/Metadata/Subtype/XML>>\nstream\n")
_SCHEMAS = b"<pdfaExtension:schemas><rdf:Bag>"
_END = b"</rdf:RDF>"
_OFFSET = re.compile(rb"(\d{10}) 00000 n")
_START = re.compile(rb"startxref\n(\d+)")


def with_factur_x(pdf: bytes) -> bytes:
    """Return a PDF of Typst's whose metadata name it a Factur-X of the profile EN 16931.

    Args:
        pdf: has the XML attached as `factur-x.xml`.
    """
    head = _METADATA.search(pdf)
    assert head is not None, "Typst writes plain metadata"
    start, length = head.end(), int(head[1])
    metadata = _named(pdf[start : start + length])
    opening = head[0].replace(head[1], b"%d" % len(metadata))
    body, rest = pdf[: head.start()], pdf[start + length :]
    shift = len(opening) - len(head[0]) + len(metadata) - length
    return body + opening + metadata + _moved(rest, after=head.start(), by=shift)


def _named(metadata: bytes) -> bytes:
    """Return XMP metadata with the properties of Factur-X, and what they are."""
    assert metadata.count(_SCHEMAS) == metadata.count(_END) == 1, "Typst lists schemas once"
    described = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{description}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, (_, description) in _PROPERTIES.items()
    )
    schema = (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_URN}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items())
    said = f'<rdf:Description rdf:about="" xmlns:fx="{_URN}">{values}</rdf:Description>'
    return metadata.replace(_SCHEMAS, _SCHEMAS + schema.encode()).replace(
        _END, said.encode() + _END
    )


def _moved(rest: bytes, *, after: int, by: int) -> bytes:
    """Return the end of a file with its offsets beyond `after` greater by `by`."""

    def moved(offset: int) -> int:
        return offset + by if offset > after else offset

    table = rest.index(b"\nxref\n")
    objects, index = rest[:table], rest[table:]
    index = _OFFSET.sub(lambda entry: b"%010d 00000 n" % moved(int(entry[1])), index)
    return objects + _START.sub(lambda start: b"startxref\n%d" % moved(int(start[1])), index)
