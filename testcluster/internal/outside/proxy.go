// Package outside plays the world outside a developer's network: a company's HTTP proxy that opens TLS, reads the
// requests and forwards them, and a module proxy with the faults of real ones.
package outside

import (
	"crypto/subtle"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
)

// Proxy is an http.Handler that answers CONNECT by speaking TLS itself, under a certificate of its own authority.
type Proxy struct {
	authority *authority
	user      string
	password  string
	upstream  http.RoundTripper
	log       *log.Logger
}

// Options are what a proxy can be told. Without a user it asks for no password.
type Options struct {
	User     string
	Password string
	CAOut    string            // file for the authority's certificate
	Upstream http.RoundTripper // nil: directly, verified by the machine's roots
	Log      io.Writer         // a line per request
}

// NewProxy makes a proxy and writes its authority's certificate.
func NewProxy(o Options) (*Proxy, error) {
	a, err := newAuthority()
	if err != nil {
		return nil, err
	}
	if err := a.writeCA(o.CAOut); err != nil {
		return nil, err
	}
	upstream := o.Upstream
	if upstream == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.DisableCompression = true // the answer goes on as it came
		upstream = t
	}
	return &Proxy{a, o.User, o.Password, upstream, log.New(o.Log, "", 0)}, nil
}

// ServeHTTP serves one request of a client that knows that this is a proxy.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.allowed(r) {
		p.log.Printf("407 %s", r.Host)
		w.Header().Set("Proxy-Authenticate", `Basic realm="outside"`)
		http.Error(w, "this proxy wants a user and a password", http.StatusProxyAuthRequired)
		return
	}
	switch {
	case r.Method == http.MethodConnect:
		if err := p.inspect(w, r.Host); err != nil {
			p.log.Printf("failed %s: %v", r.Host, err)
		}
	case r.URL.IsAbs():
		p.forward(r.URL.Scheme, r.URL.Host).ServeHTTP(w, r)
	default:
		http.Error(w, "this is a proxy", http.StatusBadRequest)
	}
}

// allowed checks the user and the password (RFC 7617), in constant time.
func (p *Proxy) allowed(r *http.Request) bool {
	if p.user == "" {
		return true
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.user+":"+p.password))
	return subtle.ConstantTimeCompare([]byte(r.Header.Get("Proxy-Authorization")), []byte(want)) == 1
}

// inspect takes the client's connection over, speaks TLS on it as the host, and serves what comes out of it.
func (p *Proxy) inspect(w http.ResponseWriter, hostPort string) error {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		http.Error(w, "CONNECT wants host:port", http.StatusBadRequest)
		return err
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		conn.Close()
		return err
	}
	session := tls.Server(conn, &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != "" {
				return p.authority.certificate(hello.ServerName)
			}
			return p.authority.certificate(host) // an address has no server name
		},
	})
	server := http.Server{Handler: p.forward("https", hostPort), ErrorLog: p.log}
	server.Serve(newOneConnection(session)) //nolint:errcheck // it ends with io.EOF, when the connection does
	return nil
}

// forward returns a handler that sends requests on to a host, with a line in the log for each.
func (p *Proxy) forward(scheme, host string) http.Handler {
	shown := strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
	reverse := &httputil.ReverseProxy{
		Transport:     p.upstream,
		FlushInterval: -1,
		ErrorLog:      p.log,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: scheme, Host: host})
			r.Out.URL.Path, r.Out.URL.RawPath = r.In.URL.Path, r.In.URL.RawPath
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			p.log.Printf("failed %s%s: %v", shown, r.URL.Path, err)
			http.Error(w, fmt.Sprintf("the proxy cannot reach %s: %v", host, err), http.StatusBadGateway)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.log.Printf("%s %s%s", r.Method, shown, r.URL.Path)
		reverse.ServeHTTP(w, r)
	})
}

// oneConnection is a listener for the one connection that there is: it waits with its second answer until that ends.
type oneConnection struct {
	conn   net.Conn
	first  sync.Once
	closed chan struct{}
}

func newOneConnection(conn net.Conn) *oneConnection {
	l := &oneConnection{closed: make(chan struct{})}
	l.conn = &closing{Conn: conn, closed: l.closed}
	return l
}

func (l *oneConnection) Accept() (net.Conn, error) {
	var conn net.Conn
	l.first.Do(func() { conn = l.conn })
	if conn != nil {
		return conn, nil
	}
	<-l.closed
	return nil, io.EOF
}

func (l *oneConnection) Close() error   { return nil }
func (l *oneConnection) Addr() net.Addr { return l.conn.LocalAddr() }

type closing struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *closing) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
