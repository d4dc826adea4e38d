// Package faultproxy stands between the operator and the API server: it numbers the operator's writes and does to them,
// to lists and to watches what networks and API servers do on bad days.
package faultproxy

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"
)

// Proxy is a running proxy. The operator speaks TLS with it and trusts its CA; what the operator sends to say who it is
// goes on to the API server.
type Proxy struct {
	upstream *url.URL
	tls      *tls.Config
	forward  *http.Transport
	server   *http.Server
	listener net.Listener
	ca       []byte
	watches  watches
	lists    lists

	mu      sync.Mutex
	writes  []Write
	apart   []Write
	number  int
	onWrite func(Write) *Fault
	onAny   func(*http.Request) *Fault
}

// Start starts a proxy on a free port of 127.0.0.1 for the API server at upstream, whose certificate trust verifies.
func Start(upstream string, trust *tls.Config) (*Proxy, error) {
	u, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	own, ca, err := certificate()
	if err != nil {
		return nil, err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{own}, NextProtos: []string{"http/1.1"}})
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		upstream: u, tls: trust, listener: listener, ca: ca,
		// no Proxy: the API server is on this machine
		forward: &http.Transport{TLSClientConfig: trust, MaxIdleConnsPerHost: 64, DisableCompression: true},
	}
	p.watches.open = map[*watch]bool{}
	p.lists.kept = map[string]answer{}
	p.server = &http.Server{Handler: p, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// URL is where the operator finds the proxy.
func (p *Proxy) URL() string { return "https://" + p.listener.Addr().String() }

// CA is the certificate authority the operator has to trust, in PEM.
func (p *Proxy) CA() []byte { return p.ca }

// Close cuts every connection and ends the proxy.
func (p *Proxy) Close() error {
	err := p.server.Close()
	p.watches.cut()
	p.forward.CloseIdleConnections()
	return err
}

// OnWrite sets what happens to each of the operator's numbered writes; nil for nothing.
func (p *Proxy) OnWrite(decide func(Write) *Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onWrite = decide
}

// OnAny sets what happens to every request, the start of a watch included; nil for nothing.
func (p *Proxy) OnAny(decide func(*http.Request) *Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onAny = decide
}

// Writes returns the numbered writes in the order in which they came, those that have not been answered yet included.
func (p *Proxy) Writes() []Write {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Write(nil), p.writes...)
}

// Apart returns the writes that are not numbered: leases, Events and reviews.
func (p *Proxy) Apart() []Write {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Write(nil), p.apart...)
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	onAny := p.onAny
	p.mu.Unlock()
	fault := &Fault{}
	if onAny != nil {
		if f := onAny(r); f != nil {
			fault = f
		}
	}
	if r.URL.Query().Get("watch") == "true" {
		p.watch(w, r, fault)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	change, isWrite := write(r, body)
	if !isWrite {
		p.pass(w, r, body, fault, func(int, int) {})
		return
	}
	var of func(Write) *Fault
	p.mu.Lock()
	log := &p.apart
	if !change.setApart() {
		p.number++
		change.Number = p.number
		log, of = &p.writes, p.onWrite
	}
	index := len(*log)
	*log = append(*log, change)
	p.mu.Unlock()
	if of != nil {
		if f := of(change); f != nil {
			fault = f
		}
	}
	p.pass(w, r, body, fault, func(status, answer int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		(*log)[index].Status, (*log)[index].Answer = status, answer
	})
}
