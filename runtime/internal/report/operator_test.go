package report

import (
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
