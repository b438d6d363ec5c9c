"""The private keys of vaults: made when they are first used, readable by their owner only."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from azsandbox import files
from azsandbox.errors import ArmError

_OAEP = {
    "RSA-OAEP": lambda: padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),  # noqa: S303 - as published
    "RSA-OAEP-256": lambda: padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
}


class Keys:
    """One file per version of a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, vault: str, name: str, version: str, size: int) -> rsa.RSAPrivateKey:
        file = files.below(self._folder, vault, name, f"{version}.pem")
        if not file.is_file():
            generated = rsa.generate_private_key(public_exponent=65537, key_size=size)
            text = generated.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            files.write_bytes(file, text)
        loaded = serialization.load_pem_private_key(file.read_bytes(), None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise ArmError(400, "BadParameter", f"Key {name} is not an RSA key.")
        return loaded

    def encrypt(self, key: rsa.RSAPrivateKey, algorithm: str, value: bytes) -> bytes:
        try:
            return key.public_key().encrypt(value, _padding(algorithm))
        except ValueError as error:
            raise ArmError(400, "BadParameter", f"The value can't be encrypted: {error}") from None

    def decrypt(self, key: rsa.RSAPrivateKey, algorithm: str, value: bytes) -> bytes:
        try:
            return key.decrypt(value, _padding(algorithm))
        except ValueError:
            raise ArmError(400, "BadParameter", "The parameter is incorrect: decryption failed.") from None


def _padding(algorithm: str) -> padding.OAEP:
    if algorithm not in _OAEP:
        raise ArmError(
            400,
            "BadParameter",
            f"Algorithm '{algorithm}' is not modelled by the sandbox; it knows {', '.join(_OAEP)}.",
        )
    return _OAEP[algorithm]()
