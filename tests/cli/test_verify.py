"""``kaiban verify``: whose signature, told to people and to programs, by the certificates it was given or has."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kaiban.documents.package import stand_alone
from tests.cli.test_commands import kaiban
from tests.documents import samples
from tests.documents.samples import NOW


@pytest.fixture(scope="module")
def signing():
    return samples.signing()


@pytest.fixture(scope="module")
def made(tmp_path_factory, signing):
    """A sample, a real package, the certificate of both, and another's."""
    folder = tmp_path_factory.mktemp("packages")
    sample, chain = samples.signed_package(signing)
    real = samples.packages(sample="", signing=signing).make(samples.whole_case(), 1, NOW)
    for name, content in (
        ("sample.pdf", sample.pdf), ("sample.zip", sample.archive), ("real.pdf", real.pdf), ("real.zip", real.archive),
        ("trusted.pem", _pem(chain)), ("other.pem", _pem(samples.signing().signer.chain)),
    ):  # fmt: skip
        Path(folder, name).write_bytes(content)
    return folder


def _pem(chain):
    return b"".join(each.public_bytes(Encoding.PEM) for each in chain)


def verified(made, file, *more, home="nowhere"):
    run = kaiban(made / home, "verify", made / file, "--json", *more)
    return run.returncode, json.loads(run.stdout)


@pytest.mark.parametrize("file", ["real.pdf", "real.zip"])
def test_a_real_package_needs_its_certificate(made, file):
    code, told = verified(made, file, "--trust", made / "trusted.pem")
    assert (code, told["ok"], told["signed"], told["level"]) == (0, True, True, "B-B")
    assert told["case_no"] == samples.CASE_NO
    assert told["signed_at"] == samples.REAL_TIME.isoformat().replace(
        "08:00:00+08:00", "00:00:00+00:00"
    )
    assert len(told["fingerprint"].split()) == 16
    assert verified(made, file)[1]["findings"] == [stand_alone.UNKNOWN]
    code, told = verified(made, file, "--trust", made / "other.pem")
    assert (code, told["findings"]) == (1, [stand_alone.UNTRUSTED])


def test_certificates_that_are_kept_here_are_believed(made):
    trust = made / "home" / "signing" / "trust"
    trust.mkdir(parents=True)
    (trust / "old.pem").write_bytes((made / "trusted.pem").read_bytes())
    assert verified(made, "real.pdf", home="home")[0] == 0


def test_a_sample_of_another_installation_is_a_sample_all_the_same_unless_somebody_asks(made):
    home = made / "another"
    (home / "signing" / "trust").mkdir(parents=True)
    (home / "signing" / "trust" / "other.pem").write_bytes((made / "other.pem").read_bytes())
    code, told = verified(made, "sample.zip", home="another")
    assert (code, told["findings"][0]) == (0, "签名的样例证书不是这个安装的。")
    assert verified(made, "real.zip", home="another")[1]["findings"] == [stand_alone.UNTRUSTED]
    code, told = verified(made, "sample.zip", "--trust", made / "other.pem")
    assert (code, told["findings"]) == (1, [stand_alone.UNTRUSTED])


def test_people_are_told_in_one_sentence_and_what_it_does_not_say(made):
    run = kaiban(made / "nowhere", "verify", made / "sample.pdf")
    first, *rest = run.stdout.splitlines()
    assert first.startswith(f"✓ 内容完整，未发现改动：{samples.CASE_NO} 第 1 版，由 ")
    assert [line.strip() for line in rest] == [
        "样例：谁都可以制作，不证明任何事。",
        "是否已被新的一版替代或撤回，以核验页显示的为准。",
    ]


def test_a_file_with_no_certificate_in_it_is_wrong_usage(made):
    run = kaiban(made / "nowhere", "verify", made / "sample.pdf", "--trust", made / "sample.pdf")
    assert (run.returncode, run.stdout) == (2, "")
    assert "no certificates" in run.stderr
