package delve

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"testing"
	"time"

	"godev.io/runtime/internal/delvetest"
)

// dap is an editor that speaks the Debug Adapter Protocol to dlv, as VS Code does.
type dap struct {
	t    *testing.T
	conn net.Conn
	in   *textproto.Reader
	sent int
}

type dapMessage struct {
	Type, Command, Event, Message string
	Success                       bool
	RequestSeq                    int `json:"request_seq"`
}

func newDAP(t *testing.T, address string) *dap {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	return &dap{t, conn, textproto.NewReader(bufio.NewReader(conn)), 0}
}

func (d *dap) send(command string, arguments any) {
	d.t.Helper()
	d.sent++
	body, err := json.Marshal(map[string]any{"type": "request", "seq": d.sent, "command": command, "arguments": arguments})
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(d.conn, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		d.t.Fatal(err)
	}
}

// until reads until there is the wanted event, or the answer to the wanted command.
func (d *dap) until(wanted string) {
	d.t.Helper()
	for {
		header, err := d.in.ReadMIMEHeader()
		if err != nil {
			d.t.Fatalf("waiting for %s: %v", wanted, err)
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			d.t.Fatal(err)
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(d.in.R, body); err != nil {
			d.t.Fatal(err)
		}
		var message dapMessage
		if err := json.Unmarshal(body, &message); err != nil {
			d.t.Fatal(err)
		}
		if message.Type == "response" && !message.Success {
			d.t.Fatalf("%s: %s", message.Command, body)
		}
		if message.Event == wanted || message.Type == "response" && message.Command == wanted {
			return
		}
	}
}

func TestAnEditorsSessionIsSeen(t *testing.T) {
	// Given
	s := debug(t, delvetest.Counter)
	s.until(Running)
	editor := newDAP(t, s.debugger.address())

	// When
	editor.send("initialize", map[string]any{"adapterID": "go", "pathFormat": "path", "linesStartAt1": true})
	editor.until("initialize")
	editor.send("attach", map[string]any{"mode": "remote"})
	editor.until("initialized")
	editor.send("setBreakpoints", map[string]any{
		"source": map[string]any{"path": s.source()}, "breakpoints": []any{map[string]any{"line": returning}},
	})
	editor.until("setBreakpoints")
	editor.send("configurationDone", nil)
	editor.until("stopped")

	// Then
	if paused := s.until(Paused); paused.Clients != 1 {
		t.Errorf("clients: %d", paused.Clients)
	}
	// an editor that goes leaves the program as it is
	editor.send("disconnect", map[string]any{"terminateDebuggee": false})
	editor.until("disconnect")
	until(t, "no client", func() bool { return s.monitor.Look().Clients == 0 })
	if left := s.monitor.Look(); left.State != Paused || left.held() {
		t.Errorf("got %+v", left)
	}
	again := s.connect()
	again.Do("ClearBreakpoint", map[string]any{"Id": 1}, nil)
	again.Begin("Command", map[string]any{"name": "continue"})
	s.until(Running)
}
