//! `cargo xtask sip check FILE…`: what our message layer makes of each file, one line of JSON each.

use anyhow::{Context, Result, bail};
use patchcord_sip::message::{Verdict, check};
use serde_json::{Value, json};

/// Runs the subcommand.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let Some(("check", files)) = args.split_first().map(|(command, rest)| (command.as_str(), rest)) else {
        bail!("usage: cargo xtask sip check FILE…");
    };
    if files.is_empty() {
        bail!("no file given: cargo xtask sip check FILE…");
    }
    for file in files {
        let bytes = std::fs::read(file).with_context(|| format!("{file} can't be read"))?;
        println!("{}", judge(file, &bytes));
    }
    Ok(())
}

/// `{file, verdict, status?, reason, method_or_status, note?}`.
fn judge(file: &str, bytes: &[u8]) -> Value {
    // An editor or a log that saved a message with bare line feeds has changed it: RFC 3261 knows CR LF alone. A file without any CR is
    // judged as the message that it was, with a note.
    let converted = bytes.contains(&b'\n') && !bytes.contains(&b'\r');
    let frame = if converted { with_cr_lf(bytes) } else { bytes.to_vec() };
    let found = check(&frame);
    let (verdict, status) = match found.verdict {
        Verdict::Accept => ("accept", None),
        Verdict::Reject(status) => ("reject", Some(status)),
        Verdict::Discard => ("discard", None),
    };
    let mut line = json!({ "file": file, "verdict": verdict, "reason": found.reason, "method_or_status": found.method_or_status });
    if let Some(status) = status {
        line["status"] = json!(status);
    }
    if converted {
        line["note"] = json!("lines end in LF alone; judged as if they ended in CR LF");
    }
    line
}

fn with_cr_lf(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) }).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::judge;

    const OPTIONS: &str = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\nTo: <sip:a@b>\r\n\
        Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

    #[test]
    fn tells_what_a_message_is_worth() {
        let accepted = judge("a", OPTIONS.as_bytes());
        assert_eq!(
            (&accepted["verdict"], &accepted["method_or_status"], accepted.get("status")),
            (&"accept".into(), &"OPTIONS".into(), None)
        );
        let refused = judge("a", OPTIONS.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia").as_bytes());
        assert_eq!((&refused["verdict"], &refused["status"]), (&"reject".into(), &505.into()));
        let discarded = judge("a", b"SIP/2.0 2000 OK\r\n\r\n");
        assert_eq!((&discarded["verdict"], &discarded["method_or_status"]), (&"discard".into(), &"2000".into()));
    }

    #[test]
    fn takes_a_file_saved_with_bare_line_feeds() {
        let line = judge("a", OPTIONS.replace('\r', "").as_bytes());
        assert_eq!(line["verdict"], "accept");
        assert!(line["note"].is_string());
        // A message that mixes both is as broken as it looks.
        assert_eq!(judge("a", OPTIONS.replacen('\r', "", 1).as_bytes())["status"], 400);
    }
}
