//! Bodies as nobody would send them: Daraja's samples, broken on purpose.

use proptest::prelude::*;

/// Texts that were zero, or money, in somebody's careless reader.
const LITERALS: [&str; 34] = [
    "0",
    r#""0""#,
    "0.0",
    "-0",
    "0e0",
    "00",
    r#""00""#,
    r#"" 0""#,
    r#""0 ""#,
    r#""\u0030""#,
    "false",
    "null",
    "[0]",
    r#"{"0":0}"#,
    "1",
    "1032",
    r#""1032""#,
    r#""E3008""#,
    "4999",
    "1e400",
    "1e2",
    "99999999999999999999999",
    "-1",
    r#""5.00""#,
    "450.5",
    r#""1,000""#,
    r#""٥""#,
    r#""\ud83d\ude00""#,
    r#""""#,
    r#""Completed""#,
    r#""254708374149 - A NAME""#,
    r#""2547 ***** 126""#,
    r#""0x10""#,
    "\u{feff}",
];
/// Keys that decide something.
const KEYS: [&str; 15] = [
    "ResultCode",
    "Result\\u0043ode",
    "ResponseCode",
    "Amount",
    "Value",
    "Name",
    "Key",
    "TransID",
    "TransAmount",
    "CheckoutRequestID",
    "errorCode",
    "Result",
    "Body",
    "access_token",
    "MSISDN",
];

#[derive(Debug, Clone)]
enum Mutation {
    Flip(usize, u8),
    Truncate(usize),
    Insert(usize, Vec<u8>),
    Delete(usize, usize),
    /// A value becomes another one, of another type perhaps.
    Swap(usize, usize),
    /// A value goes deeper.
    Nest(usize, usize),
    /// An object has one more key, first or last: a duplicate often.
    Key(usize, usize, usize),
    LastKey(usize, usize, usize),
}

/// Arbitrary bytes, or one of `samples` with up to four mutations.
pub(crate) fn bodies(samples: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let sample = prop::sample::select(samples);
    let broken =
        (sample, prop::collection::vec(mutation(), 0..=4)).prop_map(|(sample, mutations)| {
            mutations
                .iter()
                .fold(sample, |body, mutation| mutation.applied(body))
        });
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => any::<String>().prop_map(String::into_bytes),
        18 => broken,
    ]
}

/// One of the texts that were taken for a success or for money.
pub(crate) fn literal() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&LITERALS[..])
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = || any::<u16>().prop_map(usize::from);
    prop_oneof![
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Flip(at, byte)),
        1 => at().prop_map(Mutation::Truncate),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..4)).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => (at(), 1..20usize).prop_map(|(at, len)| Mutation::Delete(at, len)),
        6 => (at(), at()).prop_map(|(value, literal)| Mutation::Swap(value, literal)),
        2 => (at(), 1..300usize).prop_map(|(value, depth)| Mutation::Nest(value, depth)),
        2 => (at(), at(), at()).prop_map(|(object, key, literal)| Mutation::Key(object, key, literal)),
        2 => (at(), at(), at()).prop_map(|(object, key, literal)| Mutation::LastKey(object, key, literal)),
    ]
}

impl Mutation {
    fn applied(&self, mut body: Vec<u8>) -> Vec<u8> {
        if body.is_empty() {
            return body;
        }
        let len = body.len();
        match self {
            Mutation::Flip(at, byte) => body[at % len] ^= byte,
            Mutation::Truncate(at) => body.truncate(at % len),
            Mutation::Insert(at, bytes) => splice(&mut body, at % len, 0, bytes),
            Mutation::Delete(at, count) => {
                let at = at % len;
                splice(&mut body, at, (*count).min(len - at), b"");
            }
            Mutation::Swap(value, literal) => {
                if let Some((start, end)) = pick(&values(&body), *value) {
                    let literal = LITERALS[literal % LITERALS.len()].as_bytes();
                    splice(&mut body, start, end - start, literal);
                }
            }
            Mutation::Nest(value, depth) => {
                if let Some((start, end)) = pick(&values(&body), *value) {
                    splice(&mut body, end, 0, "]".repeat(*depth).as_bytes());
                    splice(&mut body, start, 0, "[".repeat(*depth).as_bytes());
                }
            }
            Mutation::Key(object, key, literal) => {
                let braces = places(&body, b'{');
                if let Some(at) = pick(&braces, *object) {
                    let pair = format!("{},", pair(*key, *literal));
                    splice(&mut body, at + 1, 0, pair.as_bytes());
                }
            }
            Mutation::LastKey(object, key, literal) => {
                let braces = places(&body, b'}');
                if let Some(at) = pick(&braces, *object) {
                    let pair = format!(",{}", pair(*key, *literal));
                    splice(&mut body, at, 0, pair.as_bytes());
                }
            }
        }
        body
    }
}

fn pair(key: usize, literal: usize) -> String {
    let (key, literal) = (KEYS[key % KEYS.len()], LITERALS[literal % LITERALS.len()]);
    format!("\"{key}\":{literal}")
}

fn pick<T: Copy>(among: &[T], number: usize) -> Option<T> {
    let index = number.checked_rem(among.len())?;
    Some(among[index])
}

fn splice(body: &mut Vec<u8>, at: usize, count: usize, new: &[u8]) {
    body.splice(at..at + count, new.iter().copied());
}

fn places(body: &[u8], byte: u8) -> Vec<usize> {
    (0..body.len()).filter(|at| body[*at] == byte).collect()
}

/// Where the texts, numbers and words of a body stand that are no keys. Written apart from any parser
/// of JSON: it must not believe what the decoders believe.
pub(crate) fn values(body: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let start = at;
        match body[at] {
            b'"' => {
                at += 1;
                while at < body.len() && body[at] != b'"' {
                    at += if body[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(body.len());
                let next = body[at..].iter().find(|b| !b.is_ascii_whitespace());
                if next != Some(&b':') {
                    found.push((start, at));
                }
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                while at < body.len() && !b",]} \n\r\t:".contains(&body[at]) {
                    at += 1;
                }
                found.push((start, at));
            }
            _ => at += 1,
        }
    }
    found
}
