"""What codes of the lists mean for the law: invoices on paper, documents of people who are no Chinese citizens."""

from collections.abc import Iterable

from forms import codes

#: Documents of people who are no Chinese citizens; of all others the nationality is known.
FOREIGN_DOCUMENTS = frozenset({"passport", "foreign_permanent"})
#: Documents of people whose share makes an investment from abroad, Hong Kong, Macao or Taiwan.
ABROAD = FOREIGN_DOCUMENTS | {"hk_macao_pass", "taiwan_pass", "residence_permit"}


def on_paper(kinds: Iterable[str]) -> bool:
    """Say whether one of these kinds of invoices is printed on paper."""
    return any(codes.INVOICE_KINDS.more(kind, "paper") for kind in kinds)
