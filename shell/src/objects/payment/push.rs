//! The push. It belongs to the object, not to the browser's request, which may be gone when the prompt appears.

use super::inner::Inner;
use super::once::{NotSent, Once};
use super::turn::Turn;
use crate::calls;
use crate::calls::daraja::HeldToken;
use crate::config::Config;
use crate::outbound::daraja::{self, NoToken};
use crate::platform::Env;
use crate::platform::error::{Error, Result};
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use futures_util::future::join3;
use malipo_engine::daraja::{CallbackUrl, PushAnswer, Refusal, Resend, StkPush};
use malipo_engine::master_key::{Address, CallbackTarget};
use malipo_engine::order::Origin;
use malipo_engine::payment::{self, Effect, Event};
use malipo_engine::subscriber::{Ask, End, Prompt};
use malipo_shared::{AccountReference, Kes, Msisdn, Payee, Reason};
use std::rc::Rc;

/// All that a push says, read once.
struct PushOrder {
    callback_url: Option<CallbackUrl>,
    payee: Payee,
    msisdn: Msisdn,
    amount: Kes,
    account_reference: AccountReference,
    description: String,
    /// What its handset is asked with.
    ask: Ask,
    /// The name of the quota that it counts to.
    quota: Option<String>,
    /// When the payment was opened, or a moment later, in Unix milliseconds.
    opened_at_ms: u64,
}

impl Inner {
    #[allow(clippy::wildcard_enum_match_arm)] // alerts are told by the turn; the rest has lanes
    /// Starts what a commit left to do and what is asked for once.
    pub(super) fn start(self: Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::SendPush { attempt } => Rc::clone(&self).start_push(attempt),
                Effect::SendRefund { refund } => Rc::clone(&self).start_refund(refund),
                Effect::FreeHandset { attempt } => {
                    let inner = Rc::clone(&self);
                    self.env.keep(Box::pin(async move {
                        if let Ok(config) = &inner.config().await {
                            inner.free(config, attempt).await;
                        }
                    }));
                }
                _ => {}
            }
        }
    }

    fn start_push(self: Rc<Self>, attempt: u32) {
        self.start_once(
            |inner| &inner.pushing,
            attempt,
            move |inner, config| async move {
                if let Err(why) = inner.push(&config, attempt).await {
                    inner.say_failed(What::PushFailed, &format_args!("push {attempt}: {why}"));
                }
            },
        );
    }

    /// Tells the handset's object how the attempt ended. Unheard, it only costs time.
    async fn free(self: &Rc<Self>, config: &Config, attempt: u32) {
        let known = self.look(config, |look| {
            let (Some(opened), Some(address), Some(push)) = (
                look.payment.opened(),
                look.address(),
                look.payment.attempt(attempt),
            ) else {
                return Ok(None);
            };
            let slot = usize::from(push.phone).saturating_sub(1);
            let msisdn = look.phones()?.into_iter().nth(slot).flatten();
            let end = End::of(address, push, &opened.payee);
            Ok(msisdn.zip(end).zip(Some(look.quota(attempt))))
        });
        if let Ok(Some(((msisdn, end), quota))) = known {
            calls::prompts::release(&self.env, config, &msisdn, quota.as_deref(), &end).await;
        }
    }

    async fn push(self: &Rc<Self>, config: &Config, attempt: u32) -> Result<()> {
        let told = self.told(config, attempt)?;
        let entering = calls::roster::enter(
            &self.env,
            config,
            &told.account_reference,
            told.opened_at_ms,
        );
        let (is_entered, permit, token) = join3(
            entering,
            calls::prompts::ask(
                &self.env,
                config,
                &told.msisdn,
                told.quota.as_deref(),
                &told.ask,
            ),
            daraja::token(&self.env, config),
        )
        .await;
        let is_quota_told = match permit {
            Ok(is_told) => is_told,
            Err(refusal) => {
                return self.turn(config, |turn| {
                    if is_entered {
                        turn.entered();
                    }
                    turn.record(Event::PushRefused { attempt, refusal })
                });
            }
        };
        let Some(callback_url) = &told.callback_url else {
            let why = "PUBLIC_BASE_URL gives a callback address that Daraja refuses";
            let answer = not_sent(Reason::MerchantSetup, None, why);
            return self.keep_answer(config, attempt, answer);
        };
        if told.payee != config.payee {
            let why =
                "the shop is paid at another number now: no push is signed for this one any more";
            let answer = not_sent(Reason::MerchantSetup, None, why);
            return self.keep_answer(config, attempt, answer);
        }
        let leaving = LeavingPush {
            env: &self.env,
            config,
            attempt,
            push: StkPush {
                payee: &told.payee,
                passkey: &config.passkey,
                msisdn: &told.msisdn,
                amount: told.amount,
                account_reference: &told.account_reference,
                description: &told.description,
                callback_url,
            },
        };
        // What could not be entered now is entered by the alarm.
        let beside = |turn: &mut Turn<'_>| {
            if is_entered {
                turn.entered();
            }
            if !is_quota_told {
                turn.drop_quota(attempt);
            }
        };
        match self.send_once(config, &leaving, token, beside).await? {
            Some(answer) => self.keep_answer(config, attempt, answer),
            // Given up before it left, and the handset was granted after that.
            None => {
                self.free(config, attempt).await;
                Ok(())
            }
        }
    }

    fn keep_answer(
        self: &Rc<Self>,
        config: &Config,
        attempt: u32,
        answer: PushAnswer,
    ) -> Result<()> {
        let event = match answer {
            PushAnswer::Accepted {
                merchant_request_id,
                checkout_request_id,
            } => Event::PushAccepted {
                attempt,
                checkout_request_id,
                merchant_request_id,
            },
            PushAnswer::Refused(refusal, _) => {
                log::warn(
                    self.env.as_ref(),
                    What::PushNotSent,
                    &[
                        Payment(&self.called()),
                        Why(&format_args!("push {attempt}: {}", refusal.detail)),
                    ],
                );
                Event::PushRefused { attempt, refusal }
            }
            PushAnswer::Unknown(why) => Event::PushLost { attempt, why },
        };
        self.record(config, event)
    }

    fn told(self: &Rc<Self>, config: &Config, attempt: u32) -> Result<PushOrder> {
        let missing = || Error::new("the push's payment cannot be read");
        self.look(config, |look| {
            let opened = look.payment.opened().ok_or_else(missing)?;
            let push = look.payment.attempt(attempt).ok_or_else(missing)?;
            let address = look
                .address()
                .and_then(Address::parse)
                .ok_or_else(missing)?;
            let ask = Ask {
                prompt: Prompt::of(&address.to_string(), push, &opened.payee),
                // A price list and an open amount are anybody's to ask for.
                is_signed: !matches!(opened.order.origin, Origin::Item(_) | Origin::Open),
            };
            let first = look.payment.attempt(1).ok_or_else(missing)?;
            let path = config
                .master_key
                .stk_callback_path(&CallbackTarget { address, attempt });
            let msisdn = look
                .phones()?
                .into_iter()
                .nth(usize::from(push.phone).saturating_sub(1))
                .flatten();
            Ok(PushOrder {
                callback_url: daraja::callback_url(config, &path),
                payee: opened.payee.clone(),
                msisdn: msisdn.ok_or_else(missing)?,
                amount: push.amount,
                account_reference: opened.account_reference.clone(),
                description: opened.order.description.clone(),
                ask,
                quota: look.quota(attempt),
                opened_at_ms: first.reserved_at_ms,
            })
        })
    }
}

/// A push as it leaves.
struct LeavingPush<'a> {
    env: &'a Env,
    config: &'a Config,
    attempt: u32,
    push: StkPush<'a>,
}

impl Once for LeavingPush<'_> {
    type Answer = PushAnswer;
    const FAILED: What = What::PushFailed;

    fn name(&self) -> String {
        format!("push {}", self.attempt)
    }

    fn may_leave(&self, payment: &payment::Payment) -> bool {
        payment.may_leave(self.attempt)
    }

    fn leaving(&self, deadline_ms: u64) -> Event {
        Event::PushLeaving {
            attempt: self.attempt,
            deadline_ms,
        }
    }

    async fn send(&self, token: &HeldToken) -> PushAnswer {
        daraja::push(self.env, self.config, token, &self.push).await
    }

    fn resend(answer: &PushAnswer) -> Resend {
        match answer {
            PushAnswer::Refused(_, resend) => *resend,
            PushAnswer::Accepted { .. } | PushAnswer::Unknown(_) => Resend::Never,
        }
    }

    fn not_sent(why: NotSent) -> PushAnswer {
        match why {
            NotSent::NoToken(NoToken::BadCredentials(said)) => not_sent(
                Reason::MerchantSetup,
                None,
                &format!("no token: the credentials are refused: {said}"),
            ),
            NotSent::NoToken(NoToken::Unavailable(said)) => {
                not_sent(Reason::SystemBusy, Some(30), &format!("no token: {said}"))
            }
            NotSent::Unwritten => not_sent(
                Reason::SystemBusy,
                Some(30),
                "it never left: the journal could not be written",
            ),
        }
    }
}

fn not_sent(reason: Reason, wait_secs: Option<u32>, detail: &str) -> PushAnswer {
    PushAnswer::Refused(
        Refusal {
            reason,
            wait_secs,
            is_proven: true,
            detail: detail.to_owned(),
        },
        Resend::Never,
    )
}
