"""Certificates for a cluster: who has one may take part, and nobody else."""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from manim_drumkit.errors import RunError

CA_NAME, CERT_NAME, KEY_NAME = "ca.pem", "cert.pem", "key.pem"
DAYS = 365


def make_certificates(folder: Path) -> list[Path]:
    """Make an authority, and one certificate of it that client, scheduler and workers share.

    Dask asks each of them for a certificate of the authority, and not whose it is. The
    authority's key is kept nowhere, so that nobody can ever sign another one.

    Returns the files: ``ca.pem``, ``cert.pem``, ``key.pem``; only you can read the folder.

    Raises:
        RunError: one of them is there already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = [folder / name for name in (CA_NAME, CERT_NAME, KEY_NAME)]
    there = [path for path in files if path.exists()]
    if there:
        raise RunError(f"{there[0]} exists already; choose another folder, or remove it")
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("manim-drumkit farm", authority_key, None, authority_key)
    certificate = _certificate("manim-drumkit farm member", key, authority, authority_key)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    contents = (authority.public_bytes(pem), certificate.public_bytes(pem), private)
    for path, content in zip(files, contents, strict=True):
        path.touch(mode=0o600)
        path.write_bytes(content)
    return files


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Sign a certificate; without an issuer it is an authority's own."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # clocks differ
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(_usage(signs=issuer is None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
