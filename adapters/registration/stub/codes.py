"""The numbers of licences."""


def licence_number(region: str, serial: int) -> str:
    """Complete a licence number: region (6), serial (8), one ISO 7064 MOD 11,10 check digit."""
    digits = f"{region}{serial:08d}"
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return digits + str((11 - product) % 10)
