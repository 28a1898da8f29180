//! SHA-256, of files and of lines.

/// SHA-256: small in the page, quick elsewhere.
pub(super) fn hash(bytes: &[u8]) -> [u8; 32] {
    #[cfg(target_family = "wasm")]
    return hmac_sha256::Hash::hash(bytes);
    #[cfg(not(target_family = "wasm"))]
    return <sha2::Sha256 as sha2::Digest>::digest(bytes).into();
}

/// SHA-256 of a text or of bytes, in lower-case hexadecimal.
pub fn sha256(text: impl AsRef<[u8]>) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    hash(text.as_ref()).into_iter().flat_map(digits).collect()
}
