//! The fields of a page's form or address: names and texts, each once.

use malipo_engine::body::wrong;
use malipo_shared::api::ApiError;

/// What an address may say. Anything else there is passed over: messengers and search engines add names of their own to the
/// links that people share, and the page shows what will be paid before anything is.
const ADDRESS: &[&str] = &["lang", "pane", "item", "order", "amount", "note", "thanks"];
/// What our own forms send. Anything else is somebody's mistake, and is refused.
const FORM: &[&str] = &["do", "key", "phone", "receipt"];
/// What a form may do.
const DOES: &[&str] = &["push", "again", "not_charged", "receipt", "by_hand"];

/// Fields as a browser sends them (`application/x-www-form-urlencoded`).
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads them; what cannot be read is left out.
    fn read(text: &str) -> Fields {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Fields(pairs.into_owned().collect())
    }

    /// Those of an address, and what is wrong with them: of two amounts nobody knows which was meant.
    pub(super) fn of_address(query: &str) -> (Fields, Result<(), ApiError>) {
        let fields = Fields::read(query);
        let checked = fields.once(ADDRESS);
        (fields, checked)
    }

    /// Those of a form.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` at a field that is unknown or stands twice, and at something that no form does.
    pub(super) fn of_form(text: &str) -> Result<Fields, ApiError> {
        let fields = Fields::read(text);
        if let Some((name, _)) = fields
            .0
            .iter()
            .find(|(name, _)| !FORM.contains(&name.as_str()))
        {
            return Err(wrong(name, "is not a field of this form"));
        }
        fields.once(FORM)?;
        let does = fields.text("do");
        if does.is_some_and(|does| !DOES.contains(&does)) {
            return Err(wrong("do", "names nothing that this page does"));
        }
        Ok(fields)
    }

    fn once(&self, names: &[&str]) -> Result<(), ApiError> {
        for name in names {
            if self.0.iter().filter(|(given, _)| given == name).count() > 1 {
                return Err(wrong(name, "stands twice: give it once"));
            }
        }
        Ok(())
    }

    /// The text of the field of that name, if there is any text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|text| !text.is_empty())
    }

    /// The text of the first field of that name, empty or not.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name)?;
        Some(field.1.trim())
    }
}

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
