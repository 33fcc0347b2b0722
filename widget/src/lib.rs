//! The checkout screens.
