"""The static site in its bucket: what changed is uploaded, what is gone is removed."""

import hashlib
from pathlib import Path
from typing import Any

# Everything the page is made of; a file of another kind is not uploaded by accident.
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
# Names carry no version, so browsers ask again each time and mostly hear "not modified".
CACHE_CONTROL = "no-cache"


def upload_site(s3: Any, bucket: str, folder: Path) -> list[str]:
    """Make `bucket` hold exactly the files of `folder`; return the keys that changed.

    Raises:
        ValueError: a file has an ending that the site does not know.
    """
    stored = _stored_digests(s3, bucket)
    wanted = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    changed = []
    for key, path in wanted.items():
        body = path.read_bytes()
        # S3 gives the MD5 of an object put in one piece as its ETag.
        if stored.get(key) != hashlib.md5(body, usedforsecurity=False).hexdigest():
            s3.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                ContentType=content_type(path),
                CacheControl=CACHE_CONTROL,
            )
            changed.append(key)
    for key in stored.keys() - wanted.keys():
        s3.delete_object(Bucket=bucket, Key=key)
        changed.append(key)
    return changed


def content_type(path: Path) -> str:
    """Return the media type to serve `path` as.

    >>> content_type(Path("style.css"))
    'text/css; charset=utf-8'
    """
    try:
        return CONTENT_TYPES[path.suffix]
    except KeyError:
        raise ValueError(f"no content type for {path.name!r}") from None


def _stored_digests(s3: Any, bucket: str) -> dict[str, str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {
        found["Key"]: found["ETag"].strip('"')
        for page in pages
        for found in page.get("Contents", [])
    }
