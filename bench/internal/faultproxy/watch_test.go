package faultproxy

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// apiServer answers watches with what is sent to its channel; those by WebSocket echo "got" for each byte they read.
func apiServer(t *testing.T, events <-chan string) (*Proxy, *http.Client) {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		send := func(event string) { io.WriteString(w, event+"\n"); http.NewResponseController(w).Flush() }
		done := r.Context().Done()
		if r.Header.Get("Upgrade") == "websocket" {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer connection.Close()
			io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
			send = func(event string) { connection.Write(textFrame([]byte(event))) }
			ended := make(chan struct{})
			done = ended
			go func() {
				defer close(ended)
				one := make([]byte, 1)
				for {
					if _, err := connection.Read(one); err != nil {
						return
					}
					send("got")
				}
			}()
		} else {
			http.NewResponseController(w).Flush()
		}
		for {
			select {
			case event := <-events:
				send(event)
			case <-done:
				return
			}
		}
	})
}

// stream is a client's view of a watch: what comes, and in the end the error.
type stream struct {
	net.Conn
	events chan string
	end    chan error
}

func (s *stream) read(t *testing.T) string {
	t.Helper()
	select {
	case event := <-s.events:
		return event
	case err := <-s.end:
		t.Fatal(err)
	case <-time.After(5 * time.Second):
		t.Fatal("nothing comes")
	}
	return ""
}

func (s *stream) ended(t *testing.T) {
	t.Helper()
	select {
	case event := <-s.events:
		t.Fatalf("it goes on: %q", event)
	case <-s.end:
	case <-time.After(5 * time.Second):
		t.Fatal("it does not end")
	}
}

// silent tells whether nothing comes for a while, the end included.
func (s *stream) silent() bool {
	select {
	case <-s.events:
		return false
	case <-s.end:
		return false
	case <-time.After(300 * time.Millisecond):
		return true
	}
}

func open(t *testing.T, p *Proxy, webSocket bool) *stream {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(p.CA())
	connection, err := tls.Dial("tcp", strings.TrimPrefix(p.URL(), "https://"), &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	upgrade := ""
	if webSocket {
		upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
	}
	fmt.Fprintf(connection, "GET /api/v1/pods?watch=true HTTP/1.1\r\nHost: h\r\n%s\r\n", upgrade)
	from := bufio.NewReader(connection)
	response, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	next := func() (string, error) {
		frame, err := readFrame(from)
		if err != nil {
			return "", err
		}
		return strings.TrimLeftFunc(string(frame[2:]), func(r rune) bool { return r != '{' && r != 'g' }), nil
	}
	want := http.StatusSwitchingProtocols
	if !webSocket {
		lines := bufio.NewReader(response.Body)
		next = func() (string, error) {
			line, err := lines.ReadString('\n')
			return strings.TrimSuffix(line, "\n"), err
		}
		want = http.StatusOK
	}
	if response.StatusCode != want {
		t.Fatal(response.Status)
	}
	s := &stream{connection, make(chan string, 9), make(chan error, 1)}
	go func() {
		for {
			event, err := next()
			if err != nil {
				s.end <- err
				return
			}
			s.events <- event
		}
	}()
	return s
}

func TestWatches(t *testing.T) {
	for _, webSocket := range []bool{true, false} {
		t.Run(fmt.Sprintf("webSocket=%t", webSocket), func(t *testing.T) {
			events := make(chan string, 9)
			p, _ := apiServer(t, events)
			s := open(t, p, webSocket)
			for _, event := range []string{`{"a":1}`, `{"b":"` + strings.Repeat("x", 70_000) + `"}`} {
				events <- event
				if got := s.read(t); got != event {
					t.Fatalf("got %.80q", got)
				}
			}
			if got := p.OpenWatches(); len(got) != 1 || got[0] != "pods" {
				t.Errorf("open: %q", got)
			}

			thaw := p.FreezeWatches(true)
			late := open(t, p, webSocket)
			events <- `{"held":1}`
			events <- `{"held":2}`
			if !s.silent() || !late.silent() {
				t.Fatal("a frozen watch is not silent")
			}
			thaw()
			// which of the two the server gave them to is its affair
			if s.silent() && late.silent() {
				t.Error("nothing came after the thaw")
			}

			if n := p.CutWatches(); n != 2 {
				t.Errorf("cut %d", n)
			}
			again := open(t, p, webSocket)
			if n := p.SendEvent(GoneEvent(), "services"); n != 0 {
				t.Errorf("sent to %d watches of services", n)
			}
			if n := p.SendEvent(GoneEvent(), "pods"); n != 1 {
				t.Errorf("sent to %d", n)
			}
			if got := again.read(t); !strings.HasPrefix(got, `{"type":"ERROR","object":{`) || !strings.Contains(got, `"code":410`) {
				t.Errorf("got %s", got)
			}
			// a frame of one byte, and a line
			if n := p.SendBytes([]byte("\x82\x01g\n")); n != 1 {
				t.Errorf("garbage sent to %d", n)
			}
			if got := again.read(t); !strings.HasSuffix(got, "g") {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestACutWatchEndsWithoutAFarewell(t *testing.T) {
	p, _ := apiServer(t, nil)
	s := open(t, p, true)
	p.CutWatches()
	s.ended(t)
	for deadline := time.Now().Add(5 * time.Second); len(p.OpenWatches()) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still open: %q", p.OpenWatches())
		}
	}
}

func TestWhatTheClientSendsArrives(t *testing.T) {
	p, _ := apiServer(t, nil)
	s := open(t, p, true)
	s.Conn.Write([]byte("x"))
	if got := s.read(t); got != "got" {
		t.Errorf("%q", got)
	}
	thaw := p.FreezeWatches(false)
	s.Conn.Write([]byte("x"))
	if !s.silent() {
		t.Error("a byte passed")
	}
	thaw()
	if got := s.read(t); got != "got" {
		t.Errorf("%q", got)
	}
}

func TestAWatchIsRefused(t *testing.T) {
	p, client := apiServer(t, nil)
	p.OnAny(func(r *http.Request) *Fault { return &Fault{Status: http.StatusGone} })
	response, body, err := do(t, p, client, "GET", "/api/v1/pods?watch=true", "")
	if err != nil || response.StatusCode != 410 || !strings.Contains(body, `"reason":"Expired"`) {
		t.Errorf("%v %q %v", response, body, err)
	}
}

func TestTheAPIServerRefusesAWatch(t *testing.T) {
	p, client := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) })
	request, _ := http.NewRequest("GET", p.URL()+"/api/v1/pods?watch=true", nil)
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", "websocket")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 403 || len(p.OpenWatches()) != 0 {
		t.Errorf("%s, open: %q", response.Status, p.OpenWatches())
	}
}
