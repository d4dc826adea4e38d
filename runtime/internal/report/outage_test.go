package report

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a network in memory, so that a test's clock goes on while nobody sends.
type pipes struct {
	out     func(ctx context.Context) error // what a connection meets while the operator is away, nil for the operator
	away    atomic.Bool
	dials   atomic.Int32
	accepts chan net.Conn
	closed  chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.dials.Add(1)
	if p.out != nil && p.away.Load() {
		if err := p.out(ctx); err != nil {
			return nil, err
		}
	}
	near, far := net.Pipe()
	p.accepts <- far
	return near, nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepts:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func TestAMinuteWithoutTheOperatorLosesNoResultOfABuild(t *testing.T) {
	outages := map[string]struct {
		out    func(ctx context.Context) error
		answer int // of an operator that is there, and of no use
		logs   string
	}{
		"refused": {out: func(context.Context) error { return errors.New("connection refused") }, logs: "does not answer"},
		"a packet filter": {out: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}, logs: "does not answer"},
		"no leader behind the Service": {answer: http.StatusServiceUnavailable, logs: "answers 503"},
	}
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// Given
				certificate, ca := authority(t)
				f := &fixture{operator: &operator{t: t, reports: make(chan received, 100), cert: &certificate}, dir: t.TempDir(), log: &logged{}}
				f.write("report-ca", string(ca))
				f.write("token", "secret\n")
				network := &pipes{out: outage.out, accepts: make(chan net.Conn), closed: make(chan struct{})}
				server := &http.Server{Handler: f.operator, ErrorLog: log.New(io.Discard, "", 0)}
				go func() {
					_ = server.Serve(tls.NewListener(network, &tls.Config{Certificates: []tls.Certificate{certificate}}))
				}()
				t.Cleanup(func() { _ = server.Close() })
				f.Client = New(Config{
					URL: "https://127.0.0.1/report", TokenFile: filepath.Join(f.dir, "token"), CAFile: filepath.Join(f.dir, "report-ca"),
					Scrub: strings.TrimSpace, Log: f.log, dial: network.dial,
				}, quiet)
				go f.Run(t.Context())
				build := func(line int) {
					f.Update(func(s *State) { s.Build = Build{State: "Building"} })
					time.Sleep(time.Second)
					f.Update(func(s *State) {
						s.Build = Build{State: "Failed", File: "main.go", Line: line, Error: fmt.Sprintf("undefined: x%d", line)}
						s.Reloads.Failed++
					})
				}
				build(1)
				for f.next().Build.Line != 1 {
				}
				before := network.dials.Load()

				// When the operator goes, a build fails every five seconds, and the last result is told in vain too
				network.away.Store(true)
				if outage.answer != 0 {
					for range 60 {
						f.answer(status(outage.answer, ""))
					}
				}
				server.SetKeepAlivesEnabled(false) // each try is a connection
				began := time.Now()
				for line := 2; line <= 6; line++ {
					build(line)
					time.Sleep(4 * time.Second)
				}
				time.Sleep(time.Minute - time.Since(began))
				tries := network.dials.Load() - before
				network.away.Store(false)
				f.operator.mu.Lock()
				f.answers = nil
				f.operator.mu.Unlock()
				back := time.Now()
				for len(f.reports) > 0 {
					<-f.reports
				}

				// Then the first report has the newest result, and tells of all
				var got received
				select {
				case got = <-f.reports:
				case <-time.After(10 * time.Minute):
					t.Fatal("no report came")
				}
				if got.Build.Line != 6 || got.Build.State != "Failed" || got.Build.Error != "undefined: x6" || got.Reloads.Failed != 6 {
					t.Errorf("%+v", got.State)
				}
				if took := time.Since(back); took > defaultPace.longest+patience {
					t.Errorf("it came %v after the operator", took)
				}
				if tries > 7 {
					t.Errorf("it tried %d times in a minute", tries)
				}
				if text := f.log.String(); strings.Count(text, outage.logs) != 1 {
					t.Errorf("logged: %s", text)
				}
				f.fail(7)
				if got := f.next(); got.Build.Line != 7 {
					t.Errorf("%+v", got.State)
				}
				f.none(10 * time.Minute)
			})
		})
	}
}
