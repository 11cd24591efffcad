"""The demo city's kiosks have a key, which is made once and nobody else can read."""

import stat

from kaiban.cli.demo_city import demo


def test_the_key_of_the_demos_kiosks_is_made_once_and_can_be_typed_on_a_pad(tmp_path):
    reference = demo.kiosk_key_of(tmp_path)
    file = tmp_path / "secrets" / "kiosk.key"
    assert reference == f"file:{file}"
    key = file.read_text()
    assert (len(key), key.isdecimal()) == (12, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert demo.kiosk_key_of(tmp_path) == reference
    assert file.read_text() == key
