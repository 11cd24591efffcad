"""Promises and permissions (个人信息保护法 art. 14, 29; 企业名称登记管理规定 art. 16; 电子签名法 art. 3)."""

from forms.fields import Consent
from forms.sections.shapes import Section


class Consents(Section):
    """Section `consents`: each must be given, and each is given on its own."""

    title = "承诺与授权"

    truthful = Consent("真实性承诺", hint="所填信息和提交的材料真实、合法、有效。", example=True)
    name_liability = Consent(
        "名称侵权责任承诺", hint="名称如侵犯他人权利，依法承担责任。", example=True
    )
    premises = Consent("住所承诺", hint="住所可以合法使用，能够收到法律文书。", example=True)
    sharing = Consent(
        "信息共享授权", hint="同意将本表信息提供给所选事项的办理部门。", example=True
    )
    sensitive = Consent(
        "敏感个人信息单独同意",
        hint="同意为办理本事项处理身份证件号码、住址、工资等信息。",
        example=True,
    )
    e_delivery = Consent("电子送达确认", hint="同意以手机短信和电子邮箱接收文书。", example=True)
