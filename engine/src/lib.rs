//! The payment and Daraja wire formats, pure.
