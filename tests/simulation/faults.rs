//! What can go wrong, and what can come of it: each is counted, so that a fault that no longer happens is noticed.

use crate::dice::Dice;

macro_rules! counted {
    ($($name:ident $text:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Fault { $($name,)* }

        impl Fault {
            pub(crate) const ALL: &[(Fault, &str)] = &[$((Fault::$name, $text),)*];
        }
    };
}

counted! {
    AnswerLostRang "push answer lost, the prompt rings",
    AnswerLostSilent "push answer lost, no prompt",
    NeverArrived "push lost on its way",
    HtmlAnswer "push answered by a 5xx page or an unreadable body",
    AnswerSlow "push answer slower than the callback",
    Silent "push accepted, then nothing is ever heard",
    Refused "push refused before acceptance",
    Locked "push refused: the line is locked",
    SpikeArrest "push dropped by the spike arrest",
    TokenRefused "push refused: the token is not known",
    NoToken "no token",
    Firewall "push refused by the firewall",
    AdviceOnly "push refused by advice only",
    AdviceRang "push refused by advice only, the prompt rings all the same",
    DeclinedByHand "customer declines",
    Ignored "customer does not answer",
    EarlyTimeout "1037 after seconds, the prompt lives on",
    SuccessAfterDecline "success after a decline",
    LateMoney "money moves hours after the verdict",
    Unlisted "unlisted result code",
    Alphanumeric "alphanumeric result code",
    CallbackLost "callback never comes",
    CallbackMinutes "callback late by minutes",
    CallbackHours "callback late by hours",
    CallbackTwice "callback twice",
    NoReceipt "success callback without a receipt",
    OtherAmount "callback with another amount",
    OtherReceipt "second success callback of one push, with another receipt",
    OtherId "callback with another push's id",
    QueryDead "queries of a push only err",
    QueryError "query answered by an error",
    QueryPending "query answered 4999",
    QueryUnresolved "query answered 2029",
    QueryWrong "query says failed of a paid push",
    QuerySpike "query dropped by the spike arrest",
    QueryWaits "query put off by the queue",
    EchoFirst "C2B echo before the callback",
    EchoAfter "C2B echo after the callback",
    EchoTwice "C2B echo twice",
    EchoLost "C2B confirmation missing",
    EchoDoubtful "C2B confirmation from an unknown address",
    Asked "M-PESA asked about a typed receipt",
    MaskedPayer "C2B confirmation tells no payer",
    Crash "crash",
    CrashBetween "crash between two effects",
    StorageRefused "storage refused",
    MessageLost "message between objects lost",
    AckLost "acknowledgement between objects lost",
    MessageLate "message between objects late",
    AlarmLate "alarm late",
    Frozen "object frozen for minutes",
    ClockForward "clock jumps forward",
    ClockBack "clock jumps back",
    HookLost "webhook call fails",
    HookError "shop answers 500",
    HookAckLost "shop hears, its answer is lost",
    HookUnsent "message to the shop cannot be sent",
    Garbled "account number typed wrong",
    Forged "stranger's callback",
    ForgedEcho "stranger's C2B confirmation",
    ForgedAmount "stranger's C2B confirmation of real money, with another amount",
    TypedNonsense "nonsense typed as a receipt",
    TypedOthers "another's receipt typed",
    PersonErred "the shop takes the wrong line of its statement",
    PersonTookBack "the shop takes its word on a receipt back",
    PersonRefused "the shop's word is refused: another amount is due than it saw, or something has built on it",
    OldOrder "older order shown again",
    ForgedOrder "order not signed by the shop",
    BrowserPrice "page asks for a price of its own",
    Paid "payment ends paid",
    PartPaid "payment ends part paid",
    Overpaid "payment ends overpaid",
    Closed "order closes unpaid",
    Unresolved "attempt ends unresolved",
    Declared "customer declares not charged",
    Amended "order amended",
    Withdrawn "order shown again that the shop has closed since",
    ByHand "paid by hand",
    ByHandTill "paid by hand at a till",
    TypedCounted "typed receipt counts by itself",
    PersonCounted "receipt counts by the shop's word",
    Contested "receipt contested",
    Counted "money counted",
    Unmatched "money ends unmatched",
    Unproven "money ends in an unresolved attempt",
    InReview "money ends in review",
    NoChannel "money that no channel told of",
    Misplaced "known limit: a receipt given to another order by its payer or the shop, its own push known by a query only",
    Merged "known limit: two payments of one amount at one time, one channel lost",
}

pub(crate) const KINDS: usize = Fault::ALL.len();

/// How often each happened.
#[derive(Clone)]
pub(crate) struct Counts(pub(crate) [u64; KINDS]);

impl Counts {
    pub(crate) fn none() -> Counts {
        Counts([0; KINDS])
    }

    pub(crate) fn add(&mut self, other: &Counts) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }
}

/// Which faults a schedule knows, and how often each strikes, in a hundred: a few at a time reach deeper than all at once.
pub(crate) struct Plan([u8; KINDS]);

impl Plan {
    pub(crate) fn draw(dice: &mut Dice) -> Plan {
        let mut rates = [0; KINDS];
        let breadth = *dice.pick(&[10, 25, 50]);
        for rate in &mut rates {
            if dice.percent(breadth) {
                *rate = *dice.pick(&[3, 10, 40]);
            }
        }
        // These end whole branches of a story: never too often.
        for dear in [Fault::StorageRefused, Fault::Crash, Fault::CrashBetween] {
            rates[dear as usize] = rates[dear as usize].min(10);
        }
        Plan(rates)
    }

    pub(crate) fn rate(&self, fault: Fault) -> u64 {
        u64::from(self.0[fault as usize])
    }
}
