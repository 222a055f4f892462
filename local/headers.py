"""The response headers that CloudFront adds on AWS, read from the very template."""

from collections.abc import Mapping
from typing import Any

HEADERS_POLICY = "SiteHeaders"


def response_headers(template: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that the template's response-headers policy adds to each answer."""
    policy = template["Resources"][HEADERS_POLICY]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    age = f"max-age={transport['AccessControlMaxAgeSec']}"
    headers = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Strict-Transport-Security": age
        + ("; includeSubDomains" if transport.get("IncludeSubdomains") else ""),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
    }
    items = policy.get("CustomHeadersConfig", {}).get("Items", [])
    return headers | {item["Header"]: item["Value"] for item in items}
