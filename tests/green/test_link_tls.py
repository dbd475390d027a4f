"""`amqps`: the broker has to show that it is the host that was asked for."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.amqp_link import Link
from chassis.amqp_publisher import ConfirmChannel
from deploy.local.control import REPOSITORY
from deploy.local.nodes import Nodes
from tests.kit.probe import probe


def self_signed(path: Path, host: str) -> Path:
    """Key and certificate of its own authority, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, form, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(pem))
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path / "broker.pem", "localhost")


@pytest.fixture
def port(nodes: Nodes, certificate: Path) -> Iterator[str]:
    """Of the real broker, behind TLS."""
    command = [sys.executable, "-m", "tests.kit.tls", str(certificate), str(nodes.ports["amqp"])]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as tls:
        assert tls.stdout is not None
        yield tls.stdout.readline().strip()
        tls.kill()


def url(nodes: Nodes, place: str, query: str) -> str:
    user, password = nodes.admin_auth
    return f"amqps://{user}:{password}@{place}/%2F{query}"


def test_the_right_broker_is_spoken_to(nodes: Nodes, port: str, certificate: Path) -> None:
    """M-31: its name is in a certificate of an authority that we were told to trust."""
    channels: list[ConfirmChannel] = []

    def on_open(connection: amqp.Connection) -> None:
        channels.append(ConfirmChannel(connection))

    address = url(nodes, f"localhost:{port}", f"?cacertfile={certificate}")
    link = Link(address, "test:tls", on_open=on_open)
    link.start()
    assert link.wait_up(10)
    channels[0].publish(amqp.Message(b"x"), exchange="amq.fanout", routing_key="nobody")
    link.close()


@pytest.mark.parametrize(
    ("host", "is_trusted", "told"),
    [("127.0.0.1", True, "mismatch"), ("localhost", False, "self-signed")],
    ids=["name", "authority"],
)
def test_another_broker_is_not(
    nodes: Nodes, port: str, certificate: Path, host: str, is_trusted: bool, told: str
) -> None:
    """M-31: neither one of another name nor one that anybody signed gets our password."""
    query = f"?cacertfile={certificate}" if is_trusted else ""
    with structlog.testing.capture_logs() as logs:
        link = Link(
            url(nodes, f"{host}:{port}", query), "test:tls", on_open=lambda connection: None
        )
        link.start()
        probe(lambda: len(logs) >= 2, 10, "refused, and tried again")
        link.close()
    assert all(told in line["error"] for line in logs), logs
