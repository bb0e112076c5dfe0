//! Kamailio as Debian packages it: a WebSocket registrar and proxy on loopback, one per test.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

const CONFIG: &str = include_str!("../kamailio.cfg");

/// The one digest algorithm that the server challenges with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 2617's only one.
    Md5,
    /// RFC 7616, 8760.
    Sha256,
}

/// A running server. Ended when dropped.
#[derive(Debug)]
pub struct Kamailio {
    directory: TempDir,
    child: Child,
    ws: u16,
    wss: u16,
}

impl Kamailio {
    /// Starts a server and waits until it takes connections. It knows alice, bob, carol and dave with the passwords `pw-NAME`.
    ///
    /// # Errors
    /// Where Kamailio is not installed or does not come up.
    pub async fn start(algorithm: Algorithm) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let (ws, wss) = (free_port()?, free_port()?);
        write_configuration(directory.path(), algorithm, ws, wss)?;
        let child = run(directory.path())?;
        let mut server = Self { directory, child, ws, wss };
        server.wait_until_up().await?;
        Ok(server)
    }

    /// `ws://127.0.0.1:PORT`.
    #[must_use]
    pub fn ws(&self) -> String {
        format!("ws://127.0.0.1:{}", self.ws)
    }

    /// `wss://127.0.0.1:PORT`, with a certificate that nobody has signed.
    #[must_use]
    pub fn wss(&self) -> String {
        format!("wss://127.0.0.1:{}", self.wss)
    }

    /// Ends the server at once: registrations and transactions are lost, as in a crash.
    ///
    /// # Errors
    /// Where it does not end.
    pub async fn kill(&mut self) -> Result<()> {
        // Its main process takes its children with it on SIGTERM only; SIGKILL would leave them with the ports.
        if let Some(id) = self.child.id() {
            let killed = Command::new("kill").arg(id.to_string()).status().await?;
            if !killed.success() {
                bail!("kill {id} failed");
            }
        }
        self.child.wait().await?;
        Ok(())
    }

    /// Starts it again on the same ports, knowing nothing.
    ///
    /// # Errors
    /// Where it does not come up.
    pub async fn restart(&mut self) -> Result<()> {
        self.child = run(self.directory.path())?;
        self.wait_until_up().await
    }

    async fn wait_until_up(&mut self) -> Result<()> {
        let connect = async {
            // There is nothing to await but the port itself.
            while TcpStream::connect(("127.0.0.1", self.ws)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            () = connect => Ok(()),
            ended = self.child.wait() => {
                let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
                bail!("Kamailio ended with {:?}:\n{log}", ended?);
            }
            () = tokio::time::sleep(Duration::from_secs(10)) => bail!("Kamailio did not come up in 10 s"),
        }
    }
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        if let Some(id) = self.child.id() {
            // Only SIGTERM reaches its children; nothing can be done about a failure here.
            let _ = std::process::Command::new("kill").arg(id.to_string()).status();
        }
    }
}

fn run(directory: &Path) -> Result<Child> {
    let log = fs::File::create(directory.join("log"))?;
    Command::new("kamailio")
        .args(["-DD", "-E", "-m", "32", "-M", "4", "-f"])
        .arg(directory.join("kamailio.cfg"))
        .current_dir(directory)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("Kamailio is not installed: apt-get install kamailio kamailio-websocket-modules kamailio-tls-modules kamailio-outbound-modules kamailio-extra-modules")
}

fn write_configuration(directory: &Path, algorithm: Algorithm, ws: u16, wss: u16) -> Result<()> {
    let certificate = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned(), "pbx.test".to_owned()])?;
    fs::write(directory.join("certificate.pem"), certificate.cert.pem())?;
    fs::write(directory.join("key.pem"), certificate.signing_key.serialize_pem())?;
    let place = directory.display().to_string();
    let tls = format!(
        "[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\nprivate_key = {place}/key.pem\ncertificate = {place}/certificate.pem\n"
    );
    fs::write(directory.join("tls.cfg"), tls)?;
    let algorithm = match algorithm {
        Algorithm::Md5 => "MD5",
        Algorithm::Sha256 => "SHA-256",
    };
    let udp = UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port();
    let filled = CONFIG
        .replace("@DIR@", &place)
        .replace("@UDP@", &udp.to_string())
        .replace("@WSS@", &wss.to_string())
        .replace("@WS@", &ws.to_string())
        .replace("@ALGORITHM@", algorithm);
    fs::write(directory.join("kamailio.cfg"), filled)?;
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
