//! Daraja and the customer handset, for development and tests.
