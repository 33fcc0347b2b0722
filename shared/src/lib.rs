//! The vocabulary of widget and worker.
