//! The numbers that the engine knows, each with its unit and where it comes from. Those that the fold reads travel in the
//! journal's lines (`held.rs`): an edit changes what happens from then on.

use malipo_shared::catalogue::SAME_AGAIN_SECS;

/// How long a handset shows the PIN request, in milliseconds. Integrators' logs: verdicts of unanswered
/// prompts come up to 63 s after the push.
pub const PROMPT_MS: u64 = 60_000;
/// Without a verdict this long after sending, in milliseconds, an attempt is of unknown fate. Three times the longest
/// verdict seen.
pub const UNKNOWN_AFTER_MS: u64 = 180_000;
/// An unlisted code from a callback is taken as a decline after this, in milliseconds.
pub const UNLISTED_AFTER_MS: u64 = 180_000;
/// After this long without a verdict, in milliseconds, a person has to look.
pub const UNRESOLVED_AFTER_MS: u64 = 24 * 3_600_000;
/// A push that was reserved but has not left after this, in milliseconds, will not leave.
pub const RESERVED_MAX_MS: u64 = 60_000;
/// How long the shell waits for the answer to a push or a reversal, in milliseconds: one that takes longer has an unknown fate.
pub const PUSH_CALL_MS: u64 = 30_000;
/// How long one call of a push may take before its answer counts as lost, in milliseconds: the call, and 5 s
/// for the journal.
pub const LEAVING_MS: u64 = PUSH_CALL_MS + 5_000;

/// The first query, in milliseconds after acceptance: production's successes call back after about 9 s.
pub const FIRST_QUERY_MS: u64 = 30_000;
/// The least between two queries of one attempt, in milliseconds. Sandbox: 5 a minute, one at a time.
pub const QUERY_GAP_MS: u64 = 12_000;
/// The most between two queries of one attempt, in milliseconds.
pub const QUERY_GAP_MAX_MS: u64 = 3_600_000;
/// When a decline that may yet succeed is asked about again, in milliseconds after its verdict.
pub const LATE_QUERIES_MS: [u64; 4] = [120_000, 900_000, 7_200_000, 86_400_000];
/// Errors to one question before it is given up; a query of a finished payment errs about one time in five.
pub const QUERY_ERRORS_MAX: u32 = 5;
/// Codes that a query answers in a payment's first seconds and then takes back.
pub const NEVER_FINAL_FROM_QUERY: &[&str] = &["2029"];

/// A query's success and a receipt of unknown attempt are one when the receipt's time lies at most this long before the
/// push left or after the verdict was heard, in milliseconds.
pub const FITS_WITHIN_MS: u64 = 60_000;
/// What was not answered (a claim, a look-up, a message, a question) is asked again after its age, a claim after half of it;
/// at least this long, in milliseconds.
pub const AGAIN_MS_MIN: u64 = 2_000;
/// And at most this long, in milliseconds.
pub const AGAIN_MS_MAX: u64 = 600_000;

/// After a payment by hand was let through no other is, for this long, in milliseconds: both would be paid.
pub const VALIDATED_FOR_MS: u64 = 60_000;

/// Receipts that a customer may type, a payment.
pub const TYPED_MAX: usize = 5;
/// A typed receipt must have been paid no earlier than this before the payment was opened, in milliseconds.
pub const TYPED_BEFORE_OPENED_MS: u64 = 300_000;
/// And this long ago, in milliseconds, so that an STK callback naming it comes first.
pub const TYPED_AGE_MS: u64 = 180_000;
/// One that is typed again is looked for at once, no oftener than this, in milliseconds.
pub const TYPED_AGAIN_MS: u64 = 10_000;
/// When a typed receipt that nobody knows is looked for again, in milliseconds after it was typed; then it goes to the shop.
pub const TYPED_LOOKS_MS: [u64; 5] = [5_000, 30_000, 180_000, 900_000, 7_200_000];

/// After a refusal that only the shop can mend, another push may be tried this long later, in milliseconds.
pub const SHOP_MENDS_MS: u64 = 600_000;

/// An accepted refund without a result for this long, in milliseconds after it left, is of unknown fate.
pub const REFUND_UNKNOWN_AFTER_MS: u64 = 24 * 3_600_000;
/// When M-PESA is asked what became of a refund that it took and said no more of, in milliseconds after it left.
pub const REFUND_ASKS_MS: [u64; 5] = [600_000, 3_600_000, 21_600_000, 86_400_000, 172_800_000];
/// A person may say that a refund of unknown fate did not go back this long after it left, in milliseconds.
pub const REFUND_JUDGED_AFTER_MS: u64 = 3_600_000;
/// Refunds that a payment may see.
pub const REFUNDS_MAX: usize = 20;

/// Pushes a payment may see.
pub const ATTEMPTS_MAX: usize = 10;
/// Different numbers a payment may try.
pub const PHONES_MAX: u8 = 3;
/// The same amount from the same number to the same payee, in milliseconds: M-PESA refuses it with code 17.
pub const SAME_AGAIN_MS: u64 = 1000 * SAME_AGAIN_SECS as u64;
/// How long an unsigned order may be paid, in milliseconds: a day.
pub const UNSIGNED_ORDER_MS: u64 = 24 * 3_600_000;
/// A payment that nobody tried to pay is kept for this long after it could last be paid, in milliseconds: a day.
pub const UNUSED_KEPT_MS: u64 = 24 * 3_600_000;
/// The same for one whose customer typed a receipt that nobody has shown: thirty days, for the shop to look.
pub const TYPED_KEPT_MS: u64 = 30 * 24 * 3_600_000;

/// Lines of one push or refund that M-PESA's messages may fill; after that only what changes something has a line.
pub const HEARD_MAX: usize = 20;
/// Lines after which only what settles it has one.
pub const NEWS_MAX: usize = 40;
/// Bodies of one push or refund that are kept; what settles it is kept beside them.
pub const BODIES_MAX: u64 = 20;
/// And their length in all, in bytes as they are kept.
pub const BODIES_BYTES_MAX: u64 = 64 * 1024;

/// A payment that goes on changes again soon: the ledger and the roster are told this long after its last change, in
/// milliseconds.
pub const BOOKS_AFTER_MS: u64 = 2_000;
/// Where they could not be told, they are told again after this, doubled with each try, in milliseconds.
pub const BOOKS_AGAIN_MS_MIN: u64 = 2_000;
/// And at most this long, in milliseconds.
pub const BOOKS_AGAIN_MS_MAX: u64 = 600_000;

/// A status request is held this long after the last change, in milliseconds; then it is answered at once.
pub const HELD_AFTER_CHANGE_MS: u64 = 180_000;
/// The first pause between two status requests that are not held, in milliseconds.
pub const POLL_MS_MIN: u64 = 5_000;
/// The last, in milliseconds.
pub const POLL_MS_MAX: u64 = 60_000;
