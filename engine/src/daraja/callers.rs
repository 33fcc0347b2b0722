//! The addresses from which M-PESA calls back.

/// Safaricom's own list.
///
/// Source: Safaricom, "Callback and IP Whitelisting".
pub const PUBLISHED_CALLERS: [&str; 12] = [
    "196.201.212.69",
    "196.201.212.74",
    "196.201.212.127",
    "196.201.212.129",
    "196.201.212.136",
    "196.201.212.138",
    "196.201.213.44",
    "196.201.213.114",
    "196.201.214.200",
    "196.201.214.206",
    "196.201.214.207",
    "196.201.214.208",
];

/// Not on Safaricom's list, but on lists that merchants pass on.
pub const REPORTED_CALLERS: [&str; 2] = ["196.201.212.128", "196.201.212.132"];

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::IpAddr;
    use std::collections::HashSet;

    #[test]
    fn each_is_an_address_and_stands_once() {
        let all = PUBLISHED_CALLERS.iter().chain(&REPORTED_CALLERS);
        let all: HashSet<IpAddr> = all.map(|text| text.parse().unwrap()).collect();
        assert_eq!(all.len(), PUBLISHED_CALLERS.len() + REPORTED_CALLERS.len());
    }
}
