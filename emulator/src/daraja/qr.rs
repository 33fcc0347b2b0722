//! `POST /mpesa/qrcode/v1/generate`: a picture that the M-PESA app reads.
//!
//! What Safaricom writes into it is not documented. Here it is the request's own fields, so that a test can read them.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use qrcode::{Color, EcLevel, QrCode};
use serde_json::json;

use crate::{
    daraja::{
        answer::{self, NO_STORE},
        call::{self, Taken},
        fields::{Fields, invalid},
        oauth,
    },
    emulation::Shared,
    world::{
        call_script::{Api, Call},
        story::Refusal,
    },
};

/// Modules of white around it. ISO/IEC 18004.
const QUIET: usize = 4;
/// Pixels of a side; a picture is square.
const SIZE_MAX: usize = 1_000;

/// Kinds of payment. Daraja, Dynamic QR, "TrxCode": till, agent, Pay Bill, number, business.
const TRX_CODES: [&str; 5] = ["BG", "WA", "PB", "SM", "SB"];

struct QrRequest {
    text: String,
    /// Pixels.
    size: usize,
    cpi: String,
    amount: Option<u64>,
}

pub(crate) async fn generate(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = QrRequest::parse(&shared, &headers, &body);
    let drawn = request.and_then(|request| Ok((request.draw()?, request)));
    let (png, request) = match drawn {
        Ok(drawn) => drawn,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let call = Call {
        api: Api::Qr,
        shortcode: request.cpi,
        receipt: None,
        amount: request.amount,
    };
    let now_ms = shared.clock.now_ms();
    call::play(&shared, call, |world, _story| {
        let body = json!({
            "ResponseCode": world.ids.conversation_id(now_ms),
            "RequestID": world.ids.originator_id(),
            "ResponseDescription": "QR Code Successfully Generated.",
            "QRCode": BASE64_STANDARD.encode(png),
        });
        Taken {
            answer: ([NO_STORE], Json(body)).into_response(),
            result: None,
        }
    })
    .await
}

impl QrRequest {
    fn parse(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        oauth::authorize(shared, headers)?;
        let fields = Fields::parse(headers, body).map_err(|_| invalid("MerchantName"))?;
        let name = fields.given("MerchantName")?;
        let reference = fields.given("RefNo")?;
        let amount = fields.amount_kes().ok_or_else(|| invalid("Amount"))?;
        let trx_code = fields.given("TrxCode")?;
        if !TRX_CODES.contains(&trx_code.as_str()) {
            return Err(invalid("TrxCode"));
        }
        let cpi = fields.given("CPI")?;
        let size = fields.given("Size")?.parse().ok();
        let size = size
            .filter(|size| (1..=SIZE_MAX).contains(size))
            .ok_or_else(|| invalid("Size"))?;
        Ok(Self {
            text: format!("{trx_code}|{cpi}|{name}|{reference}|{amount}"),
            size,
            cpi,
            amount: Some(amount),
        })
    }

    /// A PNG of at least `size` pixels a side, each module a whole number of them.
    fn draw(&self) -> Result<Vec<u8>, Refusal> {
        let too_long = |_| invalid("RefNo");
        let code = QrCode::with_error_correction_level(&self.text, EcLevel::M).map_err(too_long)?;
        let modules = code.width() + 2 * QUIET;
        let scale = self.size.div_ceil(modules).max(1);
        let side = modules * scale;
        let module_of = |pixel: usize| pixel / scale;
        let mut pixels = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                let module = (
                    module_of(x).checked_sub(QUIET),
                    module_of(y).checked_sub(QUIET),
                );
                pixels.push(match module {
                    (Some(x), Some(y)) if x < code.width() && y < code.width() => {
                        match code[(x, y)] {
                            Color::Dark => 0,
                            Color::Light => u8::MAX,
                        }
                    }
                    _ => u8::MAX,
                });
            }
        }
        png(&pixels, side).map_err(|_| Refusal::new(500, "500.003.1001", "Internal Server Error"))
    }
}

fn png(pixels: &[u8], side: usize) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let side = u32::try_from(side)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
