//! A QR code as the path of an SVG.

use qrcode::{Color, EcLevel, QrCode};

/// A code's dark squares: one path, in a square of `side` units with the quiet zone around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) side: usize,
    pub(crate) path: String,
}

/// The standard asks for four squares of nothing on each side.
const QUIET: usize = 4;

/// Draws a text; none if it is too long for a code.
pub(crate) fn draw(text: &str) -> Option<Drawn> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let dark = row[x..].iter().take_while(|&&color| color == Color::Dark);
            let len = dark.count();
            if len > 0 {
                path += &format!("M{} {}h{len}v1h-{len}z", x + QUIET, y + QUIET);
            }
            x += len.max(1);
        }
    }
    Some(Drawn {
        side: width + 2 * QUIET,
        path,
    })
}

impl Drawn {
    /// A file of its own, black on white, for print.
    pub(crate) fn file(&self) -> String {
        let Drawn { side, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"512\" height=\"512\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_holds_every_dark_square_and_no_other() {
        let text = "https://pay.example/pay/tea";
        let drawn = draw(text).unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = code
            .to_colors()
            .iter()
            .filter(|&&c| c == Color::Dark)
            .count();
        let drawn_dark: usize = drawn
            .path
            .split('h')
            .filter_map(|part| part.split('v').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!(drawn_dark, dark);
        assert_eq!(drawn.side, code.width() + 8);
        // The corner's finder pattern.
        assert!(drawn.path.starts_with("M4 4h7v1h-7z"), "{}", drawn.path);
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert_eq!(draw(&"x".repeat(4_000)), None);
    }

    #[test]
    fn a_file_stands_alone() {
        let file = draw("a").unwrap().file();
        assert!(file.starts_with("<svg xmlns=") && file.ends_with("</svg>"));
    }
}
