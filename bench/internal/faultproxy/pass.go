package faultproxy

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// pass sends a request on and its answer back, unless the fault has it otherwise. Report is told what the API server
// answered and what the client got, before the client does.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, body []byte, fault *Fault, report func(status, answer int)) {
	if fault.Before != nil {
		fault.Before()
		panic(http.ErrAbortHandler)
	}
	if fault.Status != 0 {
		if !wait(r, fault.Delay) {
			panic(http.ErrAbortHandler)
		}
		report(0, fault.Status)
		fault.refuse(w)
		return
	}
	if old, ok := p.lists.replayed(r); ok {
		old.write(w)
		return
	}
	got, err := p.send(r, body)
	if err != nil {
		// as a load balancer would: the connection ends, and nobody knows how far the request came
		panic(http.ErrAbortHandler)
	}
	if fault.Lost != nil {
		report(got.status, 0)
		fault.Lost()
		panic(http.ErrAbortHandler)
	}
	p.lists.keep(r, got)
	if !wait(r, fault.Delay) {
		report(got.status, 0)
		panic(http.ErrAbortHandler)
	}
	report(got.status, got.status)
	got.write(w)
	if fault.After != nil {
		_ = http.NewResponseController(w).Flush()
		fault.After()
	}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// A write that has been sent is carried out whether or not the operator still waits for it: the request is not bound to
// the connection it came by.
func (p *Proxy) send(r *http.Request, body []byte) (answer, error) {
	request, err := http.NewRequest(r.Method, p.upstream.String()+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header = r.Header.Clone()
	response, err := p.forward.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	header := response.Header.Clone()
	header.Del("Transfer-Encoding")
	return answer{response.StatusCode, header, content}, nil
}

// wait returns false when the client goes before the time has passed.
func wait(r *http.Request, delay time.Duration) bool {
	select {
	case <-time.After(delay):
		return true
	case <-r.Context().Done():
		return false
	}
}
