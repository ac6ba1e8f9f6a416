//! The documented configurations, with the addresses of a test.

use std::{fs, net::SocketAddr, path::Path};

use crate::{
    Kind, Scheme, Upstreams,
    nginx::{self, Processes},
};

/// Writes the configuration into a folder, and returns the command's arguments.
pub fn write(kind: Kind, folder: &Path, at: SocketAddr, scheme: Scheme, upstreams: Upstreams) -> Vec<String> {
    let path = folder.display().to_string();
    let adapt = |text: &str, pairs: &[(&str, &str)]| {
        let (latchkey, program) = (upstreams.latchkey.to_string(), upstreams.program.to_string());
        let text = text.replace("127.0.0.1:8080", &latchkey).replace("127.0.0.1:3000", &program);
        pairs.iter().fold(text, |text, (documented, here)| {
            assert!(text.contains(documented), "{kind:?}: '{documented}' is not in the configuration");
            text.replace(documented, here)
        })
    };
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("a writable folder");
    match kind {
        Kind::Nginx => {
            let listen = match scheme {
                Scheme::Http => format!("listen {at};"),
                Scheme::Https => format!(
                    "listen {at} ssl http2; ssl_certificate {path}/certificate.pem; ssl_certificate_key {path}/key.pem;"
                ),
            };
            let site = adapt(include_str!("../../../docs/proxies/nginx.conf"), &[("listen 80;", &listen)]);
            write("nginx.conf", nginx::config(&site, Processes::One));
            ["-p", &path, "-c", "nginx.conf", "-e", "stderr"].map(str::to_owned).into()
        }
        Kind::Caddy => {
            let site = match scheme {
                Scheme::Http => format!("http://{at} {{\n\tbind {}", at.ip()),
                Scheme::Https => format!(
                    "https://localhost:{} {{\n\tbind {}\n\ttls {path}/certificate.pem {path}/key.pem",
                    at.port(),
                    at.ip()
                ),
            };
            let text = adapt(include_str!("../../../docs/proxies/Caddyfile"), &[("http://app.example.org {", &site)]);
            write(
                "Caddyfile",
                format!("{{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}}\n{text}"),
            );
            ["run", "--config", "Caddyfile", "--adapter", "caddyfile"].map(str::to_owned).into()
        }
        Kind::Haproxy => {
            let bind = match scheme {
                Scheme::Http => format!("bind {at}"),
                Scheme::Https => format!("bind {at} ssl crt {path}/both.pem alpn h2,http/1.1"),
            };
            let places = [("bind :80", &*bind), ("/etc/haproxy", &path)];
            write("haproxy.cfg", adapt(include_str!("../../../docs/proxies/haproxy.cfg"), &places));
            write("forward-auth.lua", adapt(include_str!("../../../docs/proxies/haproxy.lua"), &[]));
            write("outage.http", adapt(include_str!("../../../docs/proxies/haproxy-outage.http"), &[]));
            write("outage-page.http", adapt(include_str!("../../../docs/proxies/haproxy-outage-page.http"), &[]));
            ["-db", "-f", "haproxy.cfg"].map(str::to_owned).into()
        }
        Kind::Apache => {
            let host = match scheme {
                Scheme::Http => format!("<VirtualHost {at}>"),
                Scheme::Https => format!(
                    "<VirtualHost {at}>\n    SSLEngine on\n    SSLCertificateFile {path}/certificate.pem\n    \
                     SSLCertificateKeyFile {path}/key.pem\n    Protocols h2 http/1.1"
                ),
            };
            let places = [("<VirtualHost *:80>", &*host), ("/etc/apache2", &path)];
            let site = adapt(include_str!("../../../docs/proxies/apache.conf"), &places);
            let modules =
                ["mpm_event", "authz_core", "headers", "http2", "lua", "proxy", "proxy_http", "rewrite", "ssl"];
            let modules = modules.map(|name| format!("LoadModule {name}_module ${{APACHE_MODULES}}/mod_{name}.so\n"));
            let ours = format!(
                "ServerRoot {path}\nPidFile httpd.pid\nErrorLog /dev/stderr\nListen {at}\nServerName localhost\n"
            );
            write("httpd.conf", [&modules.concat(), &*ours, &site].concat());
            let port = upstreams.latchkey.port().to_string();
            write("forward-auth.lua", adapt(include_str!("../../../docs/proxies/apache.lua"), &[("8080", &port)]));
            ["-X", "-f", &format!("{path}/httpd.conf")].map(str::to_owned).into()
        }
    }
}
