//! What a form or an address holds: names and texts.

/// Fields as a browser sends them (`application/x-www-form-urlencoded`).
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads them; what cannot be read is left out.
    pub(super) fn read(text: &str) -> Fields {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Fields(pairs.into_owned().collect())
    }

    /// The text of the first field of that name, if there is any text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name)?;
        Some(field.1.trim()).filter(|text| !text.is_empty())
    }
}

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
