//! An ES256 signature: authenticators write it in DER, two integers in a sequence, and WebCrypto takes `r ‖ s`.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// `r ‖ s`, each 32 bytes; none for what is not DER's one form of two integers above 0.
pub(super) fn raw_signature(der: &[u8]) -> Option<[u8; 64]> {
    let [SEQUENCE, len, rest @ ..] = der else {
        return None;
    };
    // Two integers of 33 bytes have 70: a length of two bytes, which begins with 0x81, is never the shortest.
    if *len >= 0x80 || usize::from(*len) != rest.len() {
        return None;
    }
    let (r, rest) = integer(rest)?;
    let (s, rest) = integer(rest)?;
    let both = [r, s].concat().try_into().ok()?;
    rest.is_empty().then_some(both)
}

/// An integer without its sign, 32 bytes, and what stands after it.
fn integer(der: &[u8]) -> Option<([u8; 32], &[u8])> {
    let [INTEGER, len, rest @ ..] = der else {
        return None;
    };
    let (digits, rest) = rest.split_at_checked(usize::from(*len))?;
    let digits = match digits {
        // A 0 stands before a digit that would be a sign, and nowhere else.
        [0, digits @ ..] if digits.first().is_some_and(|first| *first >= 0x80) => digits,
        [1..0x80, ..] => digits,
        _ => return None,
    };
    let mut padded = [0; 32];
    let start = padded.len().checked_sub(digits.len())?;
    padded.get_mut(start..)?.copy_from_slice(digits);
    Some((padded, rest))
}

#[cfg(test)]
mod tests;
