//! Refunds: a reversal leaves once, is recorded before it leaves, and is never sent again.

use super::denied::{no_initiator, refund_denied, refund_not_allowed};
use super::inner::Inner;
use super::once::{NotSent, Once};
use crate::calls;
use crate::calls::daraja::HeldToken;
use crate::config::Config;
use crate::outbound::daraja::{self, NoToken};
use crate::platform::Env;
use crate::platform::error::{Error, Result};
use crate::platform::http::ObjectReply;
use crate::platform::log::{self, What};
use crate::platform::reply;
use malipo_engine::claims::Claimed;
use malipo_engine::daraja::{
    CallbackUrl, Resend, Reversal, ReversalAck, ReversalResult, TransactionStatusResult,
};
use malipo_engine::master_key::{Address, RefundTarget, RefundWord};
use malipo_engine::payment::{self, Event, Rank, RefundAsk, RefundTaken, Said};
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{Kes, MpesaReceipt, Payee};
use serde_json::json;
use std::rc::Rc;

/// All that a reversal says, read once.
struct ReversalOrder {
    receipt: MpesaReceipt,
    amount: Kes,
    payee: Payee,
    /// By which proof the receipt is this payment's, and how often a person has taken it back before.
    proof: (Rank, u32),
    /// Where the result goes, and where it is told that M-PESA dropped it.
    urls: Option<(CallbackUrl, CallbackUrl)>,
}

impl Inner {
    /// Reserves a refund and starts it; the same key again finds it.
    pub(super) fn ask_refund(
        self: Rc<Self>,
        config: &Config,
        asked: RefundAsk,
    ) -> Result<ObjectReply> {
        let answer = self.turn(config, |turn| {
            if turn.payment.opened().is_none() {
                return Ok(Err(reply::no_payment()));
            }
            let may_be_partial = config.server.allows_partial_refunds;
            let refund = match turn.payment.request_refund(asked, may_be_partial) {
                Ok(RefundTaken::Same(refund)) => refund,
                Ok(RefundTaken::New(_)) if config.c2b.initiator.is_none() => {
                    return Ok(Err(no_initiator()));
                }
                Ok(RefundTaken::New(event)) => {
                    turn.record(event)?;
                    u32::try_from(turn.payment.refunds().len()).unwrap_or(u32::MAX)
                }
                Err(denied) => return Ok(Err(refund_denied(denied))),
            };
            let facts = turn.payment.refund(refund).map(|refund| refund.facts());
            Ok(facts.ok_or_else(reply::no_payment))
        })?;
        match answer {
            Ok(refund) => ObjectReply::json(&json!({ "refund": refund })),
            Err(error) => ObjectReply::error(error),
        }
    }

    /// A person looked at M-PESA's statement.
    pub(super) fn judge_refund(
        self: Rc<Self>,
        config: &Config,
        refund: u32,
        is_refunded: bool,
    ) -> Result<ObjectReply> {
        let answer = self
            .turn(config, |turn| {
                if turn.payment.refund(refund).is_none() {
                    return Ok(Err(ApiError::new(
                        ErrorCode::NotFound,
                        "There is no such refund.",
                    )));
                }
                let now_ms = turn.now_ms;
                if !turn.payment.may_judge_refund(refund, is_refunded, now_ms) {
                    return Ok(Err(refund_not_allowed(
                        "Only a refund of unknown fate is for a person to settle; that it did not go back, an hour after it left.",
                    )));
                }
                turn.record(Event::RefundJudged {
                    refund,
                    is_refunded,
                })?;
                let facts = turn.payment.refund(refund).map(|refund| refund.facts());
                Ok(facts.ok_or_else(reply::no_payment))
            })
            ?;
        match answer {
            Ok(refund) => ObjectReply::json(&json!({ "refund": refund })),
            Err(error) => ObjectReply::error(error),
        }
    }

    /// Records what M-PESA says of a refund. 200 means that it is written.
    pub(super) fn hear_refund(
        self: Rc<Self>,
        config: &Config,
        refund: u32,
        word: RefundWord,
        body: &str,
    ) -> Result<ObjectReply> {
        self.fail_by(config, "deaf")?;
        let is_known = self.turn(config, |turn| {
            let is_known = turn.payment.refund(refund).is_some();
            if is_known {
                let event = match word {
                    RefundWord::Result => Some(match ReversalResult::decode(body.as_bytes()) {
                        Ok(result) => Event::RefundResult { refund, result },
                        Err(_) => Event::RefundUnread { refund },
                    }),
                    RefundWord::Timeout => Some(Event::RefundTimedOut { refund }),
                    RefundWord::Answer => match TransactionStatusResult::decode(body.as_bytes()) {
                        Ok(answer) => turn.payment.see_refund(refund, &answer),
                        Err(_) => Some(Event::RefundUnread { refund }),
                    },
                };
                turn.hear(Said::OfRefund(refund), event, body)?;
            }
            Ok(is_known)
        })?;
        Ok(ObjectReply::status(if is_known { 200 } else { 404 }))
    }

    /// Asks M-PESA what became of a refund that it took.
    pub(super) async fn ask_about_refund(
        self: &Rc<Self>,
        config: &Config,
        refund: u32,
        conversation: &str,
    ) -> Result<()> {
        self.record(config, Event::RefundAsked { refund })?;
        let known = self.look(config, |look| {
            let payee = look.payment.opened().map(|opened| opened.payee.clone());
            Ok(payee.zip(look.address().and_then(Address::parse)))
        })?;
        let Some((payee, address)) = known else {
            return Ok(());
        };
        let target = RefundTarget {
            address,
            refund,
            word: RefundWord::Answer,
        };
        let asked = daraja::ask_reversal(&self.env, config, &payee, conversation, &target).await;
        if let Err(said) = asked {
            let why = format!("refund {refund}: {said}");
            log::payment_warn(self.env.as_ref(), What::RefundUnasked, &self.called(), &why);
        }
        Ok(())
    }

    pub(super) fn start_refund(self: Rc<Self>, refund: u32) {
        self.start_once(
            |inner| &inner.refunding,
            refund,
            move |inner, config| async move {
                if let Err(why) = inner.send_refund(&config, refund).await {
                    inner.say_failed(What::RefundFailed, &format_args!("refund {refund}: {why}"));
                }
            },
        );
    }

    async fn send_refund(self: &Rc<Self>, config: &Config, refund: u32) -> Result<()> {
        let told = self.refund_told(config, refund)?;
        let answer = match self.owner_said_no(config, &told).await? {
            Some(why) => ReversalAck::Refused(why.to_owned()),
            None => self.exchange_refund(config, refund, &told).await?,
        };
        let event = match answer {
            ReversalAck::Accepted {
                conversation_id,
                originator_conversation_id,
            } => Event::RefundAccepted {
                refund,
                conversation_id,
                originator_conversation_id,
            },
            ReversalAck::TokenRefused(detail) | ReversalAck::Refused(detail) => {
                let why = format!("refund {refund}: {detail}");
                log::payment_warn(self.env.as_ref(), What::RefundNotSent, &self.called(), &why);
                Event::RefundRefused { refund, detail }
            }
            ReversalAck::Unknown(why) => Event::RefundLost { refund, why },
        };
        self.record(config, event)
    }

    /// The receipt's object is asked anew whose the money is: another payment may have shown a stronger proof, and its
    /// message may still be on the way. Answers why the refund may not leave.
    async fn owner_said_no(
        self: &Rc<Self>,
        config: &Config,
        told: &ReversalOrder,
    ) -> Result<Option<&'static str>> {
        let address = self.called();
        let (receipt, (rank, releases)) = (&told.receipt, told.proof);
        let claimed =
            calls::receipt::claim(&self.env, config, receipt, &address, rank, releases).await;
        match claimed {
            Ok(Claimed::Granted { .. }) => Ok(None),
            Ok(Claimed::Denied) => {
                let event = Event::ReceiptDenied {
                    receipt: told.receipt.clone(),
                    rank: Some(rank),
                };
                self.record(config, event)?;
                Ok(Some("it never left: the receipt is another payment's"))
            }
            Err(why) => {
                log::receipt_unreached(self.env.as_ref(), &address, &told.receipt, &why);
                Ok(Some(
                    "it never left: whose the receipt is could not be asked",
                ))
            }
        }
    }

    /// Sends the reversal; once more only when its token was refused, for then the first never reached M-PESA.
    async fn exchange_refund(
        self: &Rc<Self>,
        config: &Config,
        refund: u32,
        told: &ReversalOrder,
    ) -> Result<ReversalAck> {
        let (Some(initiator), Some((result_url, timeout_url))) =
            (&config.c2b.initiator, &told.urls)
        else {
            return Ok(never_left(
                "there is no initiator, or PUBLIC_BASE_URL gives an address that Daraja refuses",
            ));
        };
        let leaving = LeavingReversal {
            env: &self.env,
            config,
            refund,
            reversal: Reversal {
                initiator: &initiator.name,
                security_credential: &initiator.security_credential,
                receipt: &told.receipt,
                amount: told.amount,
                party: told.payee.number(),
                result_url,
                timeout_url,
            },
        };
        let token = daraja::token(&self.env, config).await;
        let answer = self.send_once(config, &leaving, token, |_| {}).await?;
        Ok(answer.unwrap_or_else(|| never_left("it was given up, or its receipt was lost")))
    }

    fn refund_told(self: &Rc<Self>, config: &Config, refund: u32) -> Result<ReversalOrder> {
        let missing = || Error::new("the refund's payment cannot be read");
        self.look(config, |look| {
            let opened = look.payment.opened().ok_or_else(missing)?;
            let known = look.payment.refund(refund).ok_or_else(missing)?;
            let receipt = look.payment.receipt(&known.receipt).ok_or_else(missing)?;
            let address = look
                .address()
                .and_then(Address::parse)
                .ok_or_else(missing)?;
            let url = |word| {
                let address = address.clone();
                let path = config.master_key.refund_path(&RefundTarget {
                    address,
                    refund,
                    word,
                });
                daraja::callback_url(config, &path)
            };
            Ok(ReversalOrder {
                receipt: known.receipt.clone(),
                amount: known.amount,
                payee: opened.payee.clone(),
                proof: (receipt.rank, look.payment.releases_of(&known.receipt)),
                urls: url(RefundWord::Result).zip(url(RefundWord::Timeout)),
            })
        })
    }
}

/// A reversal as it leaves.
struct LeavingReversal<'a> {
    env: &'a Env,
    config: &'a Config,
    refund: u32,
    reversal: Reversal<'a>,
}

impl Once for LeavingReversal<'_> {
    type Answer = ReversalAck;
    const FAILED: What = What::RefundFailed;

    fn name(&self) -> String {
        format!("refund {}", self.refund)
    }

    fn may_leave(&self, payment: &payment::Payment) -> bool {
        payment.may_refund_leave(self.refund)
    }

    fn leaving(&self, deadline_ms: u64) -> Event {
        Event::RefundLeaving {
            refund: self.refund,
            deadline_ms,
        }
    }

    async fn send(&self, token: &HeldToken) -> ReversalAck {
        daraja::reverse(self.env, self.config, token, &self.reversal).await
    }

    fn resend(answer: &ReversalAck) -> Resend {
        match answer {
            ReversalAck::TokenRefused(_) => Resend::WithFreshToken,
            ReversalAck::Accepted { .. } | ReversalAck::Refused(_) | ReversalAck::Unknown(_) => {
                Resend::Never
            }
        }
    }

    fn not_sent(why: NotSent) -> ReversalAck {
        match why {
            NotSent::NoToken(NoToken::BadCredentials(said)) => {
                never_left(&format!("no token, the credentials are refused: {said}"))
            }
            NotSent::NoToken(NoToken::Unavailable(said)) => {
                never_left(&format!("no token: {said}"))
            }
            NotSent::Unwritten => never_left("the journal could not be written"),
        }
    }
}

fn never_left(why: &str) -> ReversalAck {
    ReversalAck::Refused(format!("it never left: {why}"))
}
