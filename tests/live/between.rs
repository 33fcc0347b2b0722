//! What stands between the Worker and the rest of the world, as a test wants it: in front of the Worker, and before Daraja.
//! Both belong to the Worker that the doctor looks at; whoever changes them holds the lock.

use crate::http::{self, at};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use tiny_http::{Header, Request, Response, Server};

/// What one of them does instead of passing a request on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A page with status 403, as a firewall answers.
    Firewall,
    /// Safaricom's own, by Imperva.
    Incapsula,
    /// A page with status 200, as a parked name answers.
    Parked,
    /// Bodies are made ASCII on the way.
    Rewrites,
    /// Answers bear a time of long ago.
    Late,
    /// Whoever brings credentials is refused: 400 without a body, as Daraja does.
    Refuses,
    /// Status 503.
    Down,
    /// The app may register by v1 alone: v2 is refused, and what v1 is sent is taken and goes no further.
    OnlyC2bV1,
}

const LONG_AGO: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

struct Between {
    fault: Mutex<Option<Fault>>,
}

/// Both of them, for one test at a time.
pub(crate) struct Held {
    front: &'static Arc<Between>,
    daraja: &'static Arc<Between>,
    _alone: MutexGuard<'static, ()>,
}

/// The Worker that the doctor looks at, and what is around it.
pub(crate) fn hold() -> Held {
    static ALONE: Mutex<()> = Mutex::new(());
    static FRONT: OnceLock<Arc<Between>> = OnceLock::new();
    static DARAJA: OnceLock<Arc<Between>> = OnceLock::new();
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    crate::shop::open();
    let open = |port: &str, to: &str| serve(&at(port), at(to));
    let held = Held {
        front: FRONT.get_or_init(|| open("MALIPO_FRONT_PORT", "MALIPO_CHECKED_URL")),
        daraja: DARAJA.get_or_init(|| open("MALIPO_DARAJA_PORT", "MALIPO_EMULATOR_URL")),
        _alone: alone,
    };
    held.mend();
    held
}

impl Held {
    pub(crate) fn plant_in_front(&self, fault: Fault) {
        *self.front.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn plant_before_daraja(&self, fault: Fault) {
        *self.daraja.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn mend(&self) {
        *self.front.fault.lock().unwrap() = None;
        *self.daraja.fault.lock().unwrap() = None;
    }
}

fn serve(port: &str, to: String) -> Arc<Between> {
    let between = Arc::new(Between {
        fault: Mutex::default(),
    });
    let server = Server::http(format!("127.0.0.1:{port}")).unwrap();
    let ours = Arc::clone(&between);
    thread::spawn(move || {
        for request in server.incoming_requests() {
            let (between, to) = (Arc::clone(&ours), to.clone());
            thread::spawn(move || between.answer(request, &to));
        }
    });
    between
}

impl Between {
    fn answer(&self, mut request: Request, to: &str) {
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body).unwrap();
        let fault = *self.fault.lock().unwrap();
        let has_credentials = request
            .headers()
            .iter()
            .any(|header| header.field.equiv("Authorization"));
        let page = |status: u16, text: &str| {
            let html = Header::from_bytes("Content-Type", "text/html").unwrap();
            Response::from_string(text)
                .with_status_code(status)
                .with_header(html)
        };
        let answer = match fault {
            Some(Fault::Firewall) => page(403, "<!DOCTYPE html><title>Just a moment...</title>"),
            Some(Fault::Incapsula) => page(
                403,
                "<html style=\"height:100%\"><head><META NAME=\"ROBOTS\" CONTENT=\"NOINDEX\"></head>\
                 <body>Request unsuccessful. Incapsula incident ID: 1-2</body></html>",
            ),
            Some(Fault::Parked) => page(200, "<html>This name is for sale</html>"),
            Some(Fault::Down) => page(503, ""),
            Some(Fault::Refuses) if has_credentials => page(400, ""),
            Some(Fault::Rewrites) => {
                body.retain(u8::is_ascii);
                pass(&request, to, &body)
            }
            Some(Fault::Late) => {
                let date = Header::from_bytes("Date", LONG_AGO).unwrap();
                pass(&request, to, &body).with_header(date)
            }
            Some(Fault::OnlyC2bV1) if request.url().contains("/c2b/v2/") => page(
                404,
                r#"{"requestId":"1-2-3","errorCode":"404.001.01","errorMessage":"Resource not found"}"#,
            ),
            Some(Fault::OnlyC2bV1) if request.url().contains("/c2b/v1/") => page(
                200,
                r#"{"OriginatorCoversationID":"1-2-3","ResponseCode":"0","ResponseDescription":"success"}"#,
            ),
            Some(Fault::Refuses | Fault::OnlyC2bV1) | None => pass(&request, to, &body),
        };
        let _ = request.respond(answer); // whoever asked may have gone
    }
}

fn pass(request: &Request, to: &str, body: &[u8]) -> Response<std::io::Cursor<Vec<u8>>> {
    let kept = |header: &&Header| {
        ![
            "Host",
            "Connection",
            "Content-Length",
            "Accept-Encoding",
            "Transfer-Encoding",
            "Expect",
        ]
        .iter()
        .any(|name| header.field.equiv(name))
    };
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .filter(kept)
        .map(|h| (h.field.to_string(), h.value.to_string()))
        .collect();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let url = format!("{to}{}", request.url());
    let reply = http::send_bytes(&request.method().to_string(), &url, &headers, body);
    let kind = reply.header("content-type").unwrap_or("text/plain");
    Response::from_string(&reply.text)
        .with_status_code(reply.status)
        .with_header(Header::from_bytes("Content-Type", kind).unwrap())
}
