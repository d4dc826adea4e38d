package report

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// authority signs a server's certificate. Its own is in PEM.
func authority(t *testing.T) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "operator"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// operator is one that takes reports, and answers what the test wants.
type operator struct {
	t       *testing.T
	mu      sync.Mutex
	answers []func(http.ResponseWriter, State) // of the next reports; 204 when there is none left
	reports chan received
	cert    *tls.Certificate
}

type received struct {
	State
	at    time.Time
	token string
	size  int
}

func (o *operator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var state State
	if err := json.Unmarshal(body, &state); err != nil {
		o.t.Errorf("%s: %v", body, err)
	}
	o.mu.Lock()
	answer := func(w http.ResponseWriter, _ State) { w.WriteHeader(http.StatusNoContent) }
	if len(o.answers) > 0 {
		answer, o.answers = o.answers[0], o.answers[1:]
	}
	o.mu.Unlock()
	answer(w, state)
	o.reports <- received{state, time.Now(), r.Header.Get("Authorization"), len(body)}
}

func (o *operator) next() received {
	o.t.Helper()
	select {
	case got := <-o.reports:
		return got
	case <-time.After(5 * time.Second):
		o.t.Fatal("no report came")
		return received{}
	}
}

// none fails the test if a report comes that the client was free to send already.
func (o *operator) none(after time.Duration) {
	o.t.Helper()
	select {
	case got := <-o.reports:
		o.t.Errorf("a report came: %+v", got)
	case <-time.After(after):
	}
}

func (o *operator) answer(all ...func(http.ResponseWriter, State)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answers = append(o.answers, all...)
}

func status(code int, body string) func(http.ResponseWriter, State) {
	return func(w http.ResponseWriter, _ State) {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// listen serves on the address, "127.0.0.1:0" for any.
func (o *operator) listen(address string) *httptest.Server {
	o.t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		o.t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: o, ErrorLog: log.New(io.Discard, "", 0)}}
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		return &tls.Config{Certificates: []tls.Certificate{*o.cert}}, nil
	}}
	server.StartTLS()
	o.t.Cleanup(server.Close)
	return server
}

// logged may be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type fixture struct {
	*operator
	*Client
	server *httptest.Server
	dir    string
	log    *logged
}

var quiet = State{Watch: Watch{Method: "Notify"}, Program: Program{State: "Running"}, Debugger: Debugger{State: "Off"}}

func begin(t *testing.T) *fixture {
	t.Helper()
	certificate, ca := authority(t)
	f := &fixture{operator: &operator{t: t, reports: make(chan received, 100), cert: &certificate}, dir: t.TempDir(), log: &logged{}}
	f.server = f.listen("127.0.0.1:0")
	f.write("report-ca", string(ca))
	f.write("token", "secret\n")
	f.Client = New(Config{
		URL: f.server.URL + "/report", TokenFile: filepath.Join(f.dir, "token"), CAFile: filepath.Join(f.dir, "report-ca"),
		Scrub: func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") }, Log: f.log,
		pace: pace{least: 20 * time.Millisecond, activity: time.Hour, first: 10 * time.Millisecond, longest: 50 * time.Millisecond,
			refused: time.Hour, authority: 10 * time.Millisecond},
	}, quiet)
	ctx, stop := t.Context(), make(chan struct{})
	go func() {
		f.Run(ctx)
		close(stop)
	}()
	t.Cleanup(func() { <-stop })
	return f
}

func (f *fixture) write(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) fail(line int) {
	f.Update(func(s *State) { s.Build = Build{State: "Failed", Line: line} })
}

func TestAQuietStartIsNoNews(t *testing.T) {
	f := begin(t)
	f.Update(func(s *State) { s.Watch = Watch{Method: "Notify"} })
	f.Update(func(s *State) { s.Program = Program{State: "Running", Since: time.Now()} })
	f.none(100 * time.Millisecond)
	f.fail(1)
	got := f.next()
	if got.Build.Line != 1 || got.token != "Bearer secret" || got.Program.State != "Running" || got.Program.Since.IsZero() {
		t.Errorf("%+v", got)
	}
	f.none(100 * time.Millisecond)
}

func TestReportsAreNotTooMany(t *testing.T) {
	f := begin(t)
	started := time.Now()
	for i := range 200 {
		f.fail(i + 1)
		if i%20 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	var last received
	count := 0
	for last.Build.Line != 200 {
		got := f.next()
		if got.Sequence <= last.Sequence {
			t.Errorf("%d follows %d", got.Sequence, last.Sequence)
		}
		count++
		last = got
	}
	if most := int(time.Since(started)/(20*time.Millisecond)) + 1; count > most {
		t.Errorf("%d reports, not %d", count, most)
	}
}

func TestNothingIsLostWhileTheOperatorIsAway(t *testing.T) {
	f := begin(t)
	f.fail(1)
	f.next()
	address := f.server.Listener.Addr().String()
	f.server.CloseClientConnections()
	f.server.Close()
	f.fail(2)
	time.Sleep(300 * time.Millisecond) // longer than every wait
	f.fail(3)
	f.listen(address)
	if got := f.next(); got.Build.Line != 3 {
		t.Errorf("%+v", got)
	}
	if text := f.log.String(); strings.Count(text, "does not answer") != 1 {
		t.Errorf("logged: %s", text)
	}
}

func TestAnswers(t *testing.T) {
	ahead := func(ms int64) func(http.ResponseWriter, State) {
		return func(w http.ResponseWriter, s State) {
			status(http.StatusConflict, fmt.Sprintf(`{"sequence": %d}`, s.Sequence+ms))(w, s)
		}
	}
	tests := map[string]struct {
		answers []func(http.ResponseWriter, State)
		reports int   // until the state is known
		rises   int64 // at least, from first to last
	}{
		"conflict":           {[]func(http.ResponseWriter, State){ahead(1e9)}, 2, 1e9 + 1},
		"two conflicts":      {[]func(http.ResponseWriter, State){ahead(1e9), ahead(1e9)}, 3, 2e9 + 2},
		"a silly conflict":   {[]func(http.ResponseWriter, State){status(409, "?")}, 2, 1},
		"too many":           {[]func(http.ResponseWriter, State){status(429, ""), status(429, "")}, 3, 2},
		"the server's fault": {[]func(http.ResponseWriter, State){status(500, ""), status(503, ""), status(502, "")}, 4, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := begin(t)
			f.answer(test.answers...)
			f.fail(1)
			first := f.next()
			last := first
			for range test.reports - 1 {
				last = f.next()
			}
			if last.Sequence-first.Sequence < test.rises || last.Build.Line != 1 {
				t.Errorf("from %d to %+v", first.Sequence, last)
			}
			f.none(150 * time.Millisecond)
		})
	}
}

func TestARefusedReportIsTriedAgainWithNews(t *testing.T) {
	for _, code := range []int{401, 403, 404, 413, 422} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			f := begin(t)
			f.answer(status(code, "no, hunter2"), status(code, "no, hunter2"))
			f.fail(1)
			f.next()
			f.none(150 * time.Millisecond)
			f.fail(2)
			f.next()
			f.fail(3)
			if got := f.next(); got.Build.Line != 3 {
				t.Errorf("%+v", got)
			}
			if text := f.log.String(); strings.Count(text, fmt.Sprintf("refuses: %d no, ***", code)) != 1 {
				t.Errorf("logged: %s", text)
			}
		})
	}
}

func TestTheAuthorityMayChangeAndComeLate(t *testing.T) {
	f := begin(t)
	f.write("report-ca", "\n")
	f.fail(1)
	f.none(100 * time.Millisecond)

	certificate, ca := authority(t)
	f.operator.mu.Lock()
	f.cert = &certificate
	f.operator.mu.Unlock()
	f.write("report-ca", string(ca))
	if got := f.next(); got.Build.Line != 1 {
		t.Errorf("%+v", got)
	}

	// Given a new authority that the pod does not know yet
	certificate, ca = authority(t)
	f.operator.mu.Lock()
	f.cert = &certificate
	f.operator.mu.Unlock()
	f.server.CloseClientConnections()
	f.fail(2)
	f.none(100 * time.Millisecond)
	f.write("token", "renewed")
	f.write("report-ca", string(ca))
	if got := f.next(); got.Build.Line != 2 || got.token != "Bearer renewed" {
		t.Errorf("%+v", got)
	}
}

func TestActivityAloneIsSeldomNews(t *testing.T) {
	f := begin(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	f.Update(func(s *State) { s.Activity = at })
	if got := f.next(); !got.Activity.Equal(at.Truncate(time.Minute)) {
		t.Errorf("%+v", got)
	}
	f.Update(func(s *State) { s.Activity = at.Add(time.Second) })
	f.none(60 * time.Millisecond)
	f.Update(func(s *State) { s.Activity = at.Add(2 * time.Minute) }) // the next is due an hour after the first, long ago
	f.next()
	f.Update(func(s *State) { s.Activity = time.Now() })
	f.next()
	f.Update(func(s *State) { s.Activity = time.Now().Add(2 * time.Minute) })
	f.none(100 * time.Millisecond)
}

func TestAReportIsSmallAndHasNoSecret(t *testing.T) {
	f := begin(t)
	f.Update(func(s *State) {
		s.Build = Build{State: "Failed", Detail: "hunter2 " + strings.Repeat("ü", 10000), Error: "hunter2", File: "a"}
		for i := range 30 {
			s.Program.LastLines = append(s.Program.LastLines, fmt.Sprintf("%d hunter2 %s", i, strings.Repeat("<", 1000)))
		}
	})
	got := f.next()
	if got.size > Limit || got.size < Limit/2 || got.Build.Error != "***" || !strings.HasPrefix(got.Build.Detail, "*** ü") {
		t.Errorf("%d bytes, %+v", got.size, got.Build)
	}
	lines := got.Program.LastLines
	if len(lines) == 0 || !strings.HasPrefix(lines[len(lines)-1], "29 ***") {
		t.Errorf("%q", lines)
	}
	if state := f.Now(); len(state.Program.LastLines) != 30 || !strings.Contains(state.Build.Detail, "hunter2") {
		t.Error("the state itself was changed")
	}
}

func TestWithoutAnEndNothingWaits(t *testing.T) {
	client := New(Config{URL: "https://127.0.0.1:1", Scrub: strings.ToUpper, Log: io.Discard}, quiet)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client.Run(ctx)
	client.Update(func(s *State) { s.Build.State = "Failed" })
	client.Update(func(s *State) { s.Build.State = "Succeeded" })
	if client.Now().Build.State != "Succeeded" {
		t.Error(client.Now())
	}
}
