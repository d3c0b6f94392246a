"""An authority of the sandbox's own, and certificates of it for the host names of the vendors.

A folder keeps `ca.pem`, which clients are told to trust, and `ca-key.pem`, which nobody else may read; the
certificate of each vendor's server is made anew at every start, as `{vendor}.pem` with its key.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEARS = timedelta(days=3650)
LEAF_LIFE = timedelta(days=397)  # what clients accept at most
LEEWAY = timedelta(hours=1)


class BadAuthority(ValueError):
    """A folder whose authority cannot be used; the message says what to do."""


class Authority:
    """The authority that a folder keeps, made if there is none. Raises BadAuthority, OSError."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.certificate_file = folder / "ca.pem"
        key_file = folder / "ca-key.pem"
        if not self.certificate_file.exists():
            self._make(key_file)
        try:
            self._certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        except (ValueError, TypeError, FileNotFoundError) as error:
            raise BadAuthority(
                f"{folder} holds no usable authority ({error}): empty it, or name another one"
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or self._certificate.not_valid_after_utc < datetime.now(UTC):
            raise BadAuthority(f"The authority in {folder} has expired or is not the sandbox's: empty it")
        self._key = key

    def issue(self, name: str, hosts: Iterable[str]) -> Path:
        """A certificate for these host names and addresses, together with its key. Side effect: writes {name}.pem."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.SubjectAlternativeName([_general_name(host) for host in dict.fromkeys(hosts)])]
        usage = [x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])]
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = _builder(f"SyncAdmin sandbox {name}", self._certificate.subject, key, LEAF_LIFE)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        for extension in (*names, *usage, issuer):
            builder = builder.add_extension(extension, critical=False)
        certificate = builder.add_extension(_usage(signs=False), critical=True).sign(self._key, hashes.SHA256())
        file = self.folder / f"{name}.pem"
        _write(file, _pem(key) + certificate.public_bytes(serialization.Encoding.PEM), 0o600)
        return file

    def _make(self, key_file: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SyncAdmin sandbox authority")])
        builder = _builder("SyncAdmin sandbox authority", subject, key, YEARS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        certificate = builder.add_extension(_usage(signs=True), critical=True).sign(key, hashes.SHA256())
        _write(key_file, _pem(key), 0o600)
        _write(self.certificate_file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _builder(name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LEEWAY)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, secret)


def _write(file: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
    file.chmod(mode)
