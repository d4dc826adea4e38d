// Package audit reads the API server's audit log while it is written.
package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Users whose requests are in the log.
const (
	Operator   = "system:serviceaccount:godev-system:godev-operator"
	BareClient = "bench-bare-client"
)

// Event is an answered request.
type Event struct {
	Stage    string    `json:"stage"`
	Verb     string    `json:"verb"`
	Received time.Time `json:"requestReceivedTimestamp"`
	Answered time.Time `json:"stageTimestamp"`
	User     struct {
		Username string              `json:"username"`
		Extra    map[string][]string `json:"extra"`
	} `json:"user"`
	Object struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	Response struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
}

// IsWrite tells whether the request was to change something.
func (e Event) IsWrite() bool {
	switch e.Verb {
	case "create", "update", "patch", "delete", "deletecollection":
		return true
	}
	return false
}

// IsLease tells whether the request is one of the leader election, which goes on as long as the operator runs.
func (e Event) IsLease() bool { return e.Object.Resource == "leases" }

// Credential names the token of a ServiceAccount that the request came with: two replicas have one each.
func (e Event) Credential() string {
	return strings.Join(e.User.Extra["authentication.kubernetes.io/credential-id"], " ")
}

// Succeeded tells whether the API server did as it was asked.
func (e Event) Succeeded() bool { return e.Response.Code >= 200 && e.Response.Code < 300 }

// Resource names what was asked for, with its subresource.
func (e Event) Resource() string {
	if e.Object.Subresource == "" {
		return e.Object.Resource
	}
	return e.Object.Resource + "/" + e.Object.Subresource
}

// Log holds the events that were read so far.
type Log struct {
	Events []Event
	file   *os.File
	reader *bufio.Reader
	part   []byte // of a line whose end is not written yet
}

// Open opens a log that exists.
func Open(path string) (*Log, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &Log{file: file, reader: bufio.NewReaderSize(file, 1<<20)}, nil
}

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }

// Read adds what was written since the last call. A watch is an event when it began, anything else when it was answered.
func (l *Log) Read() error {
	for {
		piece, err := l.reader.ReadSlice('\n')
		l.part = append(l.part, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		line := bytes.TrimSpace(l.part)
		if len(line) > 0 {
			var e Event
			if err := json.Unmarshal(line, &e); err != nil {
				return fmt.Errorf("audit log: %w", err)
			}
			if e.Stage == "ResponseComplete" && e.Verb != "watch" || e.Stage == "ResponseStarted" && e.Verb == "watch" {
				l.Events = append(l.Events, e)
			}
		}
		l.part = l.part[:0]
	}
}

// Mark is a place in the log.
type Mark int

// Mark reads what there is and returns the place behind it.
func (l *Log) Mark() (Mark, error) {
	err := l.Read()
	return Mark(len(l.Events)), err
}

// Since returns the events behind a place that fit.
func (l *Log) Since(m Mark, fits func(Event) bool) []Event {
	var found []Event
	for _, e := range l.Events[m:] {
		if fits(e) {
			found = append(found, e)
		}
	}
	return found
}

// Wait reads until as many events behind a place fit, and returns them.
func (l *Log) Wait(ctx context.Context, m Mark, count int, fits func(Event) bool) ([]Event, error) {
	var found []Event
	next := int(m)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := l.Read(); err != nil {
			return found, err
		}
		for ; next < len(l.Events) && len(found) < count; next++ {
			if fits(l.Events[next]) {
				found = append(found, l.Events[next])
			}
		}
		if len(found) == count {
			return found, nil
		}
		select {
		case <-ctx.Done():
			return found, fmt.Errorf("%d of %d requests seen: %w", len(found), count, ctx.Err())
		case <-tick.C:
		}
	}
}

// Quiet waits until no event that fits came for a while.
func (l *Log) Quiet(ctx context.Context, while time.Duration, fits func(Event) bool) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	next, last := len(l.Events), time.Now()
	for time.Since(last) < while {
		if err := l.Read(); err != nil {
			return err
		}
		for ; next < len(l.Events); next++ {
			if fits(l.Events[next]) {
				last = time.Now()
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the requests do not end: %w", ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}
