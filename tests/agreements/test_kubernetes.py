"""What deploy/kubernetes says is what Kubernetes allows, agrees with itself, and sets nothing that we do not know."""

from ipaddress import ip_network
from pathlib import Path

import click
import kubernetes_validate
import pytest
import yaml

from kaiban.cli import kaiban as commands
from kaiban.config import ConfigError, Settings
from tests.agreements.repository import ROOT

FILE = ROOT / "deploy" / "kubernetes" / "kaiban.yaml"
#: A version that has all we use, and is what provinces may have.
VERSION = "1.30"


@pytest.fixture(scope="module")
def items():
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert found["kind"] == "List"
    return found["items"]


@pytest.fixture(scope="module")
def pods(items):
    """By what they are called, the pods that are made."""
    return {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]
        for each in items
        if "template" in each.get("spec", {})
    }


def test_kubernetes_allows_it(items):
    for each in items:
        kubernetes_validate.validate(each, VERSION, strict=True)
    wrong = {**items[1], "spec": {**items[1]["spec"], "backoff": 1}}
    with pytest.raises(kubernetes_validate.ValidationError, match="backoff"):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_the_settings_are_ours_and_those_of_production(items, pods):
    (told,) = (each["data"] for each in items if each["kind"] == "ConfigMap")
    secret = {"KAIBAN_DATABASE": "postgresql://kaiban@db/kaiban"}
    settings = Settings.read({**told, **secret})
    with pytest.raises(ConfigError):
        Settings.read({**told, **secret, "KAIBAN_NOBODY_KNOWS": "1"})
    assert (settings.env, settings.host) == ("production", "0.0.0.0")
    assert settings.trusted_proxies == (ip_network("10.42.0.0/16"),)
    assert settings.keys == "file:/etc/kaiban/field.keys"
    for pod in pods.values():
        (container,) = pod["containers"]
        assert container["envFrom"] == [{"configMapRef": {"name": "kaiban-settings"}}]
        names = {each["name"] for each in container["env"]}
        assert names == {"KAIBAN_DATABASE", "HOME"}


def test_every_pod_runs_a_command_there_is_and_nothing_more_than_it_needs(pods):
    assert set(pods) == {"kaiban-upgrade", "kaiban-web", "kaiban-worker"}
    for pod in pods.values():
        (container,) = pod["containers"]
        assert container["command"][0] == "kaiban"
        assert container["command"][1] in commands.list_commands(click.Context(commands))
        assert pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["resources"]["limits"]["memory"]


def test_what_is_mounted_is_there_and_what_we_write_to_can_be_written(items, pods):
    (told,) = (each["data"] for each in items if each["kind"] == "ConfigMap")
    claimed = {
        claim["metadata"]["name"]
        for each in items
        for claim in each.get("spec", {}).get("volumeClaimTemplates", ())
    }
    for name, pod in pods.items():
        volumes = {each["name"] for each in pod["volumes"]}
        volumes |= claimed if name == "kaiban-worker" else set()
        mounts = {each["mountPath"]: each for each in pod["containers"][0]["volumeMounts"]}
        assert {each["name"] for each in mounts.values()} == volumes
        assert "readOnly" not in mounts[told["KAIBAN_VAR"]]
        for path in (told["KAIBAN_KEYS"].removeprefix("file:"), told["KAIBAN_LINKS"]):
            assert str(Path(path).parent) in mounts
        secrets = [each["secret"] for each in pod["volumes"] if "secret" in each]
        # A key file that everybody may read stops the start in production.
        assert [each["defaultMode"] & 0o007 for each in secrets] == [0] * len(secrets)
        # Who signs packages makes them, and nobody else has the key.
        signs = str(Path(told["KAIBAN_SIGNING_KEY"].removeprefix("file:")).parent) in mounts
        assert signs == (name == "kaiban-worker")
        assert str(Path(told["KAIBAN_SIGNING_CERTIFICATES"]).parent) in mounts
        assert told["KAIBAN_TRUST"] in mounts


def test_labels_ports_and_probes_meet(items, pods):
    by_kind = {(each["kind"], each["metadata"]["name"]): each for each in items}
    labels = {
        each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"]
        for each in items
        if "template" in each.get("spec", {})
    }
    for (kind, name), each in by_kind.items():
        selector = each.get("spec", {}).get("selector")
        if selector:
            assert selector.get("matchLabels", selector) == labels[name], (kind, name)
    web = pods["kaiban-web"]["containers"][0]
    (port,) = web["ports"]
    (told,) = (each["data"] for each in items if each["kind"] == "ConfigMap")
    assert str(port["containerPort"]) == told["KAIBAN_PORT"]
    assert by_kind["Service", "kaiban-web"]["spec"]["ports"][0]["targetPort"] == port["name"]
    probes = [web[each]["httpGet"] for each in ("readinessProbe", "livenessProbe")]
    assert probes == [{"path": "/readyz", "port": "http"}, {"path": "/livez", "port": "http"}]
    (rule,) = by_kind["Ingress", "kaiban"]["spec"]["rules"]
    assert told["KAIBAN_BASE_URL"] == f"https://{rule['host']}"
