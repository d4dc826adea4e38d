package faultproxy

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// webSocket passes a watch by WebSocket, frame by frame from the API server and as it comes from the client.
func (p *Proxy) webSocket(w http.ResponseWriter, r *http.Request) {
	server, err := tls.Dial("tcp", p.upstream.Host, p.tls)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer server.Close()
	request := r.Clone(r.Context())
	request.URL = &url.URL{Scheme: p.upstream.Scheme, Host: p.upstream.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	request.Host = p.upstream.Host
	if err := request.Write(server); err != nil {
		panic(http.ErrAbortHandler)
	}
	from := bufio.NewReader(server)
	response, err := http.ReadResponse(from, request)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		body, err := io.ReadAll(response.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		answer{response.StatusCode, response.Header, body}.write(w)
		return
	}
	client, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer client.Close()
	closed := make(chan struct{})
	this := &watch{
		resource: parse(r.URL.Path).resource, client: client, frame: textFrame,
		close: sync.OnceFunc(func() { close(closed); server.Close(); cutOff(client) }),
	}
	defer this.close()
	this.mu.Lock()
	defer p.watches.add(this)()
	err = response.Write(client)
	this.mu.Unlock()
	if err != nil {
		return
	}
	go func() {
		defer this.close()
		chunk := make([]byte, 4096)
		for {
			n, err := buffered.Read(chunk)
			this.gate(closed)
			if n > 0 {
				if _, err := server.Write(chunk[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		frame, err := readFrame(from)
		if err != nil {
			return
		}
		this.gate(closed)
		if this.write(frame) != nil {
			return
		}
	}
}

// cutOff ends a connection without the farewell of TLS, as a network does.
func cutOff(client net.Conn) {
	if c, ok := client.(*tls.Conn); ok {
		client = c.NetConn()
	}
	client.Close()
}

// lines passes a watch whose events are lines of an answer without an end.
func (p *Proxy) lines(w http.ResponseWriter, r *http.Request) {
	request := r.Clone(r.Context())
	request.RequestURI = ""
	request.URL.Scheme, request.URL.Host = p.upstream.Scheme, p.upstream.Host
	response, err := p.forward.RoundTrip(request)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer response.Body.Close()
	header := response.Header.Clone()
	header.Del("Transfer-Encoding")
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	flushed := flusher{w, http.NewResponseController(w)}
	closed := make(chan struct{})
	this := &watch{
		resource: parse(r.URL.Path).resource, client: flushed,
		frame: func(message []byte) []byte { return append(slices.Clone(message), '\n') },
		close: sync.OnceFunc(func() { close(closed); response.Body.Close() }),
	}
	defer this.close()
	this.mu.Lock()
	defer p.watches.add(this)()
	_, err = flushed.Write(nil)
	this.mu.Unlock()
	if err != nil {
		return
	}
	from := bufio.NewReader(response.Body)
	for {
		line, err := from.ReadBytes('\n')
		this.gate(closed)
		if this.write(line) != nil {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// flusher sends at once what is written.
type flusher struct {
	w          io.Writer
	controller *http.ResponseController
}

func (f flusher) Write(content []byte) (int, error) {
	n, err := f.w.Write(content)
	if err == nil {
		err = f.controller.Flush()
	}
	return n, err
}
