"""Why a table is not read, and what to do: by its code, and where one has several sentences by what it is about."""

from collections.abc import Mapping
from typing import Final

from kaiban.domain.notices.notice import Defect

SENTENCES: Final[Mapping[str, str]] = {
    "sheet.too_large": "表格文件超过 {most} MB，请只保留职工名册一张表。",
    "sheet.too_large.text": "粘贴的内容过长，请分批导入。",
    "sheet.too_large.unpacked": (
        "表格解压后过大或者样式过多，请只保留职工名册一张表：新建空表，只粘贴内容，不带图片和格式。"
    ),
    "sheet.password": "表格设有打开密码，请在表格软件中取消密码，另存后再导入。",
    "sheet.old": "这是旧版 Excel 文件（xls），请另存为 xlsx 或者 CSV 后再导入。",
    "sheet.encoding": "无法识别文件的编码，请在表格软件中另存为 xlsx，或者“CSV UTF-8”后再导入。",
    "sheet.type": "这不是表格，请导入 xlsx、CSV 文件，或者从表格中复制后粘贴。",
    "sheet.damaged": "表格文件已损坏、带有密码或者不是 xlsx，请另存为 xlsx 或者 CSV 后再导入。",
    "sheet.damaged.csv": "CSV 格式有误（引号不成对或者单元格过长），请另存为 xlsx 后再导入。",
    "sheet.uneven": (
        "第 {line} 行有 {cells} 项，列名有 {heads} 项：用空格分隔时每项都要填，也不能多，"
        "请补齐，或者从表格中复制。"
    ),
}


def refused(code: str, about: str = "", **values: int) -> Defect:
    """The defect of that code, in the sentence for what it is about."""
    sentence = SENTENCES[f"{code}.{about}" if about else code]
    return Defect("", code, sentence.format(**values))
