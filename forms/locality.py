"""What a city may set about the form."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Locality:
    """Local figures; the defaults are the national ones, and no restriction of place.

    region_prefixes: beginnings of the region codes this registrar is competent for; () = any.
    hf_*: whole percents (住房公积金管理条例 art. 18: at least 5). invoice_limit: yuan, for paper invoices.
    foreign_registrar: who registers enterprises with foreign, Hong Kong, Macao or Taiwan holders (细则 art. 4), in words.
    maternity_apart: whether 生育保险 is a kind of its own here; else it is within 医疗 (国办发〔2019〕10号).
    official_seal: whether an official seal must be engraved; a city where the electronic one is enough says false
    (上海市优化营商环境条例 (2024) art. 33).
    premises_declared: whether the address is declared without proof (住所自主申报, the same art. 31).
    matched_premises: beginnings of addresses the city's address library knows, which need no proof
    (北京市优化营商环境条例 (2024) art. 13).
    applicants: keys of the types of applicants this city registers here; () = every type the form knows.
    also_for: links that apply here to a type although by the national rules they do not, by its key (建金管〔2005〕5号: 有条件的地方).
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
    foreign_registrar: str = "住所所在地有外商投资企业登记管理权的登记机关"
    maternity_apart: bool = False
    official_seal: bool = True
    premises_declared: bool = False
    matched_premises: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    also_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NATIONAL = Locality()
