package outside

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// lines is a log that the proxy's goroutines and the test share.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestProxy(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Method+" "+r.Host+" "+r.URL.RequestURI()+" "+string(body))
	})
	secure := httptest.NewTLSServer(answer)
	defer secure.Close()
	plain := httptest.NewServer(answer)
	defer plain.Close()
	upstreamRoots := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs

	for _, c := range []struct {
		name     string
		user     string // what the proxy wants, with the password "pw"
		login    *url.Userinfo
		trust    bool
		unknown  bool // the proxy does not know the upstream's authority
		target   string
		body     string
		status   int
		errorHas string
		logHas   string
	}{
		{name: "TLS is opened", trust: true, target: secure.URL + "/a/@v/list?x=%2F", status: 200, logHas: "/a/@v/list"},
		{name: "an escaped path stays as it is", trust: true, target: secure.URL + "/a%2Fb", status: 200, logHas: "/a/b"},
		{name: "a body goes on", trust: true, target: secure.URL + "/p", body: "hello", status: 200, logHas: "POST "},
		{name: "plain HTTP is forwarded", target: plain.URL + "/b", status: 200, logHas: "GET 127.0.0.1"},
		{name: "a client that does not trust the authority refuses", target: secure.URL, errorHas: "unknown authority"},
		{name: "the right password", user: "u", login: url.UserPassword("u", "pw"), trust: true, target: secure.URL + "/c", status: 200, logHas: "/c"},
		{name: "a wrong password over TLS", user: "u", login: url.UserPassword("u", "no"), trust: true, target: secure.URL, errorHas: "Proxy Authentication Required", logHas: "407 127.0.0.1"},
		{name: "no password in plain HTTP", user: "u", target: plain.URL, status: 407, logHas: "407 127.0.0.1"},
		{name: "an upstream of an unknown authority is refused", trust: true, unknown: true, target: secure.URL, status: 502, logHas: "failed 127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ca, log := filepath.Join(t.TempDir(), "ca.crt"), &lines{}
			upstream := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: upstreamRoots}}
			if c.unknown {
				upstream = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}}
			}
			proxy, err := NewProxy(Options{User: c.user, Password: "pw", CAOut: ca, Upstream: upstream, Log: log})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(proxy)
			defer server.Close()

			roots := x509.NewCertPool()
			if pem, err := os.ReadFile(ca); err != nil || c.trust && !roots.AppendCertsFromPEM(pem) {
				t.Fatalf("ca-out: %v", err)
			}
			address, _ := url.Parse(server.URL)
			address.User = c.login
			transport := &http.Transport{Proxy: http.ProxyURL(address), TLSClientConfig: &tls.Config{RootCAs: roots}}
			defer transport.CloseIdleConnections()
			request, _ := http.NewRequest("GET", c.target, nil)
			if c.body != "" {
				request, _ = http.NewRequest("POST", c.target, strings.NewReader(c.body))
			}

			response, err := transport.RoundTrip(request)

			if c.errorHas != "" {
				if err == nil || !strings.Contains(err.Error(), c.errorHas) {
					t.Fatalf("got error %v, want one with %q", err, c.errorHas)
				}
			} else {
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(response.Body)
				response.Body.Close()
				if response.StatusCode != c.status {
					t.Errorf("got status %d, want %d: %s", response.StatusCode, c.status, body)
				}
				want := request.Method + " " + request.URL.Host + " " + request.URL.RequestURI() + " " + c.body
				if c.status == 200 && string(body) != want {
					t.Errorf("got body %q, want %q", body, want)
				}
			}
			if !strings.Contains(log.String(), c.logHas) {
				t.Errorf("log %q lacks %q", log, c.logHas)
			}
		})
	}
}
