//! `Item`: CBOR (RFC 8949) as authenticators write it, with one way to write each value. Definite lengths, shortest forms, no
//! tags, no floats, no key twice; CTAP 2.1, 8 asks authenticators for the same, and for at most four levels.

/// How many arrays and maps may stand in one another.
const DEPTH_MAX: usize = 4;

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'b> {
    Integer(i128),
    Bytes(&'b [u8]),
    Text(&'b str),
    Array(Vec<Item<'b>>),
    Map(Map<'b>),
    /// Extensions answer so: `hmac-secret` of CTAP 2.1.
    Bool(bool),
}

/// What stands under its keys, in the order in which it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Map<'b>(Vec<(Item<'b>, Item<'b>)>);

/// The one value that the bytes are, with nothing after it.
pub(super) fn whole(bytes: &[u8]) -> Option<Item<'_>> {
    let (item, rest) = first(bytes)?;
    rest.is_empty().then_some(item)
}

/// The value at the start of the bytes, and what stands after it.
pub(super) fn first(bytes: &[u8]) -> Option<(Item<'_>, &[u8])> {
    let mut reader = Reader(bytes);
    let item = reader.item(DEPTH_MAX)?;
    Some((item, reader.0))
}

impl<'b> Item<'b> {
    pub(super) fn into_map(self) -> Option<Map<'b>> {
        match self {
            Item::Map(map) => Some(map),
            Item::Integer(_) | Item::Bytes(_) | Item::Text(_) | Item::Array(_) | Item::Bool(_) => {
                None
            }
        }
    }

    pub(super) fn bytes(&self) -> Option<&'b [u8]> {
        match self {
            Item::Bytes(bytes) => Some(bytes),
            Item::Integer(_) | Item::Text(_) | Item::Array(_) | Item::Map(_) | Item::Bool(_) => {
                None
            }
        }
    }

    fn is_key(&self) -> bool {
        matches!(self, Item::Integer(_) | Item::Bytes(_) | Item::Text(_))
    }
}

impl<'b> Map<'b> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, key: &Item<'_>) -> Option<&Item<'b>> {
        let entry = self.0.iter().find(|(of, _)| of == key);
        entry.map(|(_, value)| value)
    }
}

/// What is still to be read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    /// `levels`: how many arrays and maps may begin here.
    fn item(&mut self, levels: usize) -> Option<Item<'b>> {
        let [first, rest @ ..] = self.0 else {
            return None;
        };
        self.0 = rest;
        let (major, info) = (first >> 5, first & 0x1F);
        if major == 7 {
            // 20 and 21 are the simple values false and true; floats and all else are not read.
            return matches!(info, 20 | 21).then_some(Item::Bool(info == 21));
        }
        let argument = self.argument(info)?;
        match major {
            0 => Some(Item::Integer(argument.into())),
            1 => Some(Item::Integer(-1 - i128::from(argument))),
            2 => self.take(argument).map(Item::Bytes),
            3 => core::str::from_utf8(self.take(argument)?)
                .ok()
                .map(Item::Text),
            4 => self.array(argument, levels.checked_sub(1)?),
            5 => self.map(argument, levels.checked_sub(1)?),
            _ => None, // a tag
        }
    }

    /// A length, a count or a number: what the first byte holds of it, or the 1, 2, 4 or 8 bytes after it, whichever is shortest.
    fn argument(&mut self, info: u8) -> Option<u64> {
        let (len, least) = match info {
            0..24 => return Some(info.into()),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return None, // 31 is a length that is not known yet
        };
        let bytes = self.take(len)?;
        let argument = bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        (argument >= least).then_some(argument)
    }

    fn take(&mut self, len: u64) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(len).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn array(&mut self, count: u64, levels: usize) -> Option<Item<'b>> {
        let items = (0..count).map(|_| self.item(levels)).collect();
        Option::map(items, Item::Array)
    }

    fn map(&mut self, count: u64, levels: usize) -> Option<Item<'b>> {
        let mut map = Map(Vec::new());
        for _ in 0..count {
            let key = self.item(levels)?;
            if !key.is_key() || map.get(&key).is_some() {
                return None;
            }
            map.0.push((key, self.item(levels)?));
        }
        Some(Item::Map(map))
    }
}

#[cfg(test)]
mod tests;
