"""A certificate that the application may sign in with in place of its secret; its key is printed, like all else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM texts, and the SHA-1 thumbprint by which a client names it."""

    private: str
    public: str
    certificate: str
    thumbprint: str


@cache
def the_certificate() -> Certificate:
    """One for all servers of this process: making it takes its time."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SyncAdmin sandbox application")])
    start = datetime.now(UTC) - timedelta(hours=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = builder.not_valid_before(start).not_valid_after(start + timedelta(days=365)).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    thumbprint = signed.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - what the protocol names it by
    return Certificate(private.decode(), public.decode(), signed.public_bytes(pem).decode(), thumbprint)
