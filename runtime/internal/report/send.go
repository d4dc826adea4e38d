package report

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// patience is how long one report may take.
const patience = 10 * time.Second

// errUnwanted says that the operator gave no authority to trust its endpoint by: it wants no reports.
var errUnwanted = errors.New("no authority")

// report sends the state, and decides when the next try is due.
func (s *sender) report(ctx context.Context) {
	state := s.Now()
	state.Activity = state.Activity.Truncate(time.Minute)
	s.sequence = max(s.sequence+1, time.Now().UnixMilli())
	state.Sequence = s.sequence
	s.sent = time.Now()
	s.refused = ""
	answer, err := s.post(ctx, encode(state, s.config.Scrub))
	switch {
	case ctx.Err() != nil:
	case errors.Is(err, errUnwanted):
		s.again = time.Now().Add(s.config.pace.authority)
	case err != nil:
		s.log("connection", "the operator does not answer, trying again: %v", err)
		s.backOff(0)
	case answer.status/100 == 2:
		s.told, s.activity = facts(state), state.Activity
		s.failures, s.again = 0, time.Time{}
		clear(s.logged)
	case answer.status == http.StatusConflict:
		s.conflict(answer)
	case answer.status == http.StatusTooManyRequests || answer.status/100 == 5:
		s.log(strconv.Itoa(answer.status), "the operator answers %d, trying again", answer.status)
		s.backOff(answer.after)
	default:
		s.log(strconv.Itoa(answer.status), "the operator refuses: %d %s", answer.status, s.config.Scrub(answer.text))
		s.refused, s.again = facts(state), time.Now().Add(s.config.pace.refused)
	}
}

// conflict goes on from the sequence the operator knows: that of a container before this one, whose clock was ahead.
func (s *sender) conflict(answer answer) {
	var known struct{ Sequence int64 }
	if err := json.Unmarshal([]byte(answer.text), &known); err != nil || known.Sequence < s.sequence || s.failures > 0 {
		s.log("conflict", "the operator answers 409: %s", s.config.Scrub(answer.text))
		s.backOff(0)
		s.sequence = max(s.sequence, known.Sequence)
		return
	}
	s.sequence = known.Sequence
	s.failures++ // a second one in a row is not answered at once
}

func (s *sender) backOff(atLeast time.Duration) {
	pace := s.config.pace
	wait := min(pace.first<<min(s.failures, 16), pace.longest)
	s.failures++
	s.again = time.Now().Add(max(wait, atLeast))
}

// answer is the operator's.
type answer struct {
	status int
	text   string
	after  time.Duration
}

func (s *sender) post(ctx context.Context, body []byte) (answer, error) {
	client, err := s.endpoint.client(s.config.CAFile)
	if err != nil {
		return answer{}, err
	}
	token, err := os.ReadFile(s.config.TokenFile)
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.URL, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1024))
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	return answer{response.StatusCode, strings.TrimSpace(string(text)), time.Duration(min(max(seconds, 0), 600)) * time.Second}, nil
}

// endpoint makes connections that trust the authority of the operator, and no other.
type endpoint struct {
	authority []byte
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	http      *http.Client
}

// client returns the one for the certificates that are in the file now.
func (e *endpoint) client(file string) (*http.Client, error) {
	authority, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(bytes.TrimSpace(authority)) == 0 {
		return nil, errUnwanted
	}
	if err != nil {
		return nil, err
	}
	if e.http != nil && bytes.Equal(authority, e.authority) {
		return e.http, nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	e.close()
	e.authority = authority
	e.http = &http.Client{
		// no proxy: the operator is in this cluster
		Transport: &http.Transport{
			DialContext:     e.dial,
			TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			IdleConnTimeout: time.Minute, MaxIdleConns: 1,
		},
		// the token is for this endpoint alone
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return e.http, nil
}

func (e *endpoint) close() {
	if e.http != nil {
		e.http.CloseIdleConnections()
	}
}
