//! A browser's side of HTTP, HTTPS and WebSockets; certificates are taken as they come, and can be looked at.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use tungstenite::{ClientRequestBuilder, Message};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

const TIMEOUT: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    /// Status code; 0 when the connection was closed without an answer.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// Its body.
    pub(crate) body: String,
}

impl Response {
    /// A header's value; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// A published port of this machine, and what a client says there.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    port: u16,
    host: String,
    tls: bool,
    headers: Vec<(String, String)>,
}

impl Door {
    /// Plain HTTP, asking for a host name.
    pub(crate) fn new(port: u16, host: &str) -> Self {
        Self { port, host: host.to_owned(), tls: false, headers: Vec::new() }
    }

    /// Over TLS, whatever certificate is shown.
    pub(crate) fn with_tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// With one more header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without the extra headers, as somebody comes who is no proxy.
    pub(crate) fn bare(mut self) -> Self {
        self.headers.clear();
        self
    }

    /// Asking for another host name.
    pub(crate) fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Asks for a path; redirects are answers as well.
    pub(crate) fn get(&self, path: &str) -> Response {
        match self.ask(path) {
            Ok(response) => response,
            Err(error) => Response { status: 0, headers: Vec::new(), body: error.to_string() },
        }
    }

    fn ask(&self, path: &str) -> Result<Response, ureq::Error> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(TIMEOUT))
            .tls_config(TlsConfig::builder().disable_verification(true).build())
            .build();
        let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), Here(self.port));
        let scheme = if self.tls { "https" } else { "http" };
        let mut request = agent.get(format!("{scheme}://{}:{}{path}", self.host, self.port));
        request = request.header("Host", &self.host);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = request.call()?;
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned())).collect();
        let body = response.body_mut().read_to_string().unwrap_or_default();
        Ok(Response { status: response.status().as_u16(), headers, body })
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(stream)
    }

    fn connect_tls(&self) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate))
            .with_no_client_auth();
        let name = ServerName::try_from(self.host.clone()).map_err(std::io::Error::other)?;
        let connection = ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, self.connect()?);
        stream.flush()?;
        Ok(stream)
    }

    /// The certificate that is shown for the host name; `None` where the handshake is refused.
    pub(crate) fn certificate(&self) -> Option<Vec<u8>> {
        let mut stream = self.connect_tls().ok()?;
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).ok()?;
        }
        stream.conn.peer_certificates()?.first().map(|certificate| certificate.to_vec())
    }

    /// Opens a WebSocket from a page of an origin; the error is the server's answer.
    pub(crate) fn websocket(&self, path: &str, origin: &str) -> Result<WebSocket, String> {
        let scheme = if self.tls { "wss" } else { "ws" };
        let uri = format!("{scheme}://{}{path}", self.host).parse().expect("a URI");
        let mut request = ClientRequestBuilder::new(uri).with_header("Origin", origin);
        for (name, value) in &self.headers {
            request = request.with_header(name, value);
        }
        let stream: Box<dyn Stream> = if self.tls {
            Box::new(self.connect_tls().map_err(|error| error.to_string())?)
        } else {
            Box::new(self.connect().map_err(|error| error.to_string())?)
        };
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(WebSocket(socket)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Opens a WebSocket from a page of the site itself, sends a text, and gives what comes back.
    pub(crate) fn echo(&self, text: &str) -> Result<String, String> {
        self.websocket("/ws/echo/", &format!("https://{}", self.host))?.ask(text)
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// An open WebSocket.
pub(crate) struct WebSocket(tungstenite::WebSocket<Box<dyn Stream>>);

impl WebSocket {
    /// Sends a text and gives the next text that comes.
    pub(crate) fn ask(&mut self, text: &str) -> Result<String, String> {
        self.0.send(Message::text(text)).map_err(|error| error.to_string())?;
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(text.to_string()),
                Ok(Message::Close(frame)) => return Err(format!("closed: {frame:?}")),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

/// Every name is this machine.
#[derive(Debug)]
struct Here(u16);

impl Resolver for Here {
    fn resolve(
        &self,
        _: &ureq::http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(SocketAddr::from((Ipv4Addr::LOCALHOST, self.0)));
        Ok(addresses)
    }
}

/// The certificates of a test are signed by nobody.
#[derive(Debug)]
struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
