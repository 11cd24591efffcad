"""What a city may set about the form."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Locality:
    """Local figures; the defaults are the national ones, and no restriction of place.

    region_prefixes: beginnings of the region codes this registrar is competent for; () = any.
    hf_*: whole percents (住房公积金管理条例 art. 18: at least 5). invoice_limit: yuan.
    """

    region_prefixes: tuple[str, ...] = ()
    hf_ratio_min: int = 5
    hf_ratio_max: int = 12
    hf_ratios_equal: bool = True
    invoice_limit: int = 100_000
    appointment_days: int = 60
    contribution_years: int = 5
    exempt_capital: int = 1000
    """万元; up to here beneficial owners may be exempt by commitment."""


NATIONAL = Locality()
