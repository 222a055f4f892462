"""ISO 4217: which currencies there are and how many decimals each has."""

from decimal import Decimal

from chalicelib.errors import UnknownCurrency
from chalicelib.money import Money

# ISO 4217 list one (active codes of countries and unions), minor units other than 2 named below.
# CLDR is no source for these: it knows other digits for 13 currencies.
_CODES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS
    VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)
_MINOR_UNITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def minor_unit(currency: str) -> int:
    """Return the number of decimals of `currency`.

    Raises:
        UnknownCurrency: ISO 4217 does not list the code.

    >>> [minor_unit(code) for code in ("EUR", "JPY", "KWD")]
    [2, 0, 3]
    """
    if currency not in _CODES:
        raise UnknownCurrency(f"unknown currency {currency!r}", {"currency": "unknown currency"})
    return _MINOR_UNITS.get(currency, 2)


def payable(money: Money) -> Money:
    """Return `money` rounded half up to what its currency can pay.

    >>> payable(Money.of("2.5", "JPY")), payable(Money.of("0.0005", "KWD"))
    (Money(amount=Decimal('3'), currency='JPY'), Money(amount=Decimal('0.001'), currency='KWD'))
    """
    return money.rounded(minor_unit(money.currency))


def zero(currency: str) -> Money:
    """Return nothing at all, with the decimals of `currency`."""
    return payable(Money(Decimal(0), currency))
