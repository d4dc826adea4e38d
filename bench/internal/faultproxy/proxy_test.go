package faultproxy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const pods = "/api/v1/namespaces/n/pods"

// serve starts an API server of one handler with a proxy before it, and returns a client that trusts the proxy.
func serve(t *testing.T, handler http.HandlerFunc) (*Proxy, *http.Client) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	p, err := Start(server.URL, &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(p.CA()) {
		t.Fatal("no CA")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}
	t.Cleanup(transport.CloseIdleConnections)
	return p, &http.Client{Transport: transport, Timeout: 10 * time.Second}
}

func do(t *testing.T, p *Proxy, c *http.Client, method, path, body string) (*http.Response, string, error) {
	t.Helper()
	request, err := http.NewRequest(method, p.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer secret")
	response, err := c.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return response, string(content), err
}

func TestWritesAreNumberedAndNamed(t *testing.T) {
	p, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		w.Write(body)
	})
	for _, call := range []struct{ method, path, body string }{
		{"GET", pods, ""},
		{"POST", pods, `{"metadata":{"name":"web"}}`},
		{"POST", "/api/v1/namespaces/n/events", `{"metadata":{"name":"e"}}`},
		{"PUT", "/apis/coordination.k8s.io/v1/namespaces/n/leases/l", `{}`},
		{"PATCH", "/apis/godev.io/v1alpha1/namespaces/n/godevenvironments/web/status", `{}`},
		{"DELETE", pods + "/web", ``},
		{"PUT", "/api/v1/namespaces/n", `{}`},
	} {
		response, body, err := do(t, p, c, call.method, call.path, call.body)
		if err != nil || response.StatusCode != 200 || body != call.body {
			t.Fatalf("%s %s: %v %v %q", call.method, call.path, response, err, body)
		}
	}
	var got []string
	for _, w := range p.Writes() {
		if w.Status != 200 || w.Answer != 200 || !w.Succeeded() || w.At.IsZero() {
			t.Errorf("%s", w)
		}
		got = append(got, w.Key())
	}
	want := []string{"create pods web", "patch godevenvironments/status web", "delete pods web", "update namespaces n"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := p.Writes()[2].Number; n != 3 {
		t.Errorf("the third write is number %d", n)
	}
	if apart := p.Apart(); len(apart) != 2 || apart[0].Key() != "create events e" || apart[1].Key() != "update leases l" {
		t.Errorf("apart: %v", apart)
	}
}

func TestFaultsOfOneWrite(t *testing.T) {
	for _, c := range []struct {
		name           string
		fault          func(called *atomic.Int32) *Fault
		sent           int32
		answer, status int // of the proxy's log; answer 0: the connection is cut
		seen           int32
	}{
		{"none", func(*atomic.Int32) *Fault { return nil }, 1, 201, 201, 0},
		{"before", func(n *atomic.Int32) *Fault { return &Fault{Before: func() { n.Add(1) }} }, 0, 0, 0, 1},
		{"lost answer", func(n *atomic.Int32) *Fault { return &Fault{Lost: func() { n.Add(1) }} }, 1, 0, 201, 1},
		{"after", func(n *atomic.Int32) *Fault { return &Fault{After: func() { n.Add(1) }} }, 1, 201, 201, 1},
		{"refused", func(*atomic.Int32) *Fault { return &Fault{Status: 429, RetryAfter: 7 * time.Second} }, 0, 429, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent, called atomic.Int32
			p, client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "POST" {
					sent.Add(1)
				}
				w.WriteHeader(201)
			})
			p.OnWrite(func(w Write) *Fault {
				if w.Number == 2 {
					return c.fault(&called)
				}
				return nil
			})
			for number := 1; number <= 3; number++ {
				sent.Store(0)
				response, body, err := do(t, p, client, "POST", pods, `{"metadata":{"name":"web"}}`)
				if number != 2 {
					if err != nil || response.StatusCode != 201 || sent.Load() != 1 {
						t.Fatalf("write %d: %v %v, sent %d times", number, response, err, sent.Load())
					}
					continue
				}
				// what comes after the answer may be a moment after it
				for deadline := time.Now().Add(5 * time.Second); called.Load() < c.seen && time.Now().Before(deadline); {
					time.Sleep(time.Millisecond)
				}
				if sent.Load() != c.sent || called.Load() != c.seen {
					t.Errorf("sent %d times, hook called %d times", sent.Load(), called.Load())
				}
				if (c.answer == 0) != (err != nil) {
					t.Fatalf("%v %v", response, err)
				}
				if c.answer == 0 {
					continue
				}
				if response.StatusCode != c.answer {
					t.Errorf("answer %d", response.StatusCode)
				}
				if c.answer == 429 && (response.Header.Get("Retry-After") != "7" || !strings.Contains(body, `"reason":"TooManyRequests"`)) {
					t.Errorf("%v %s", response.Header, body)
				}
			}
			// a handler that was aborted has logged before its connection ended
			if w := p.Writes()[1]; w.Answer != c.answer || w.Status != c.status {
				t.Errorf("%s", w)
			}
		})
	}
}

func TestTheAnswerIsThereBeforeTheHookAfter(t *testing.T) {
	p, client := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "{}") })
	hook, release := make(chan struct{}), make(chan struct{})
	p.OnWrite(func(Write) *Fault { return &Fault{After: func() { close(hook); <-release }} })
	response, body, err := do(t, p, client, "POST", pods, "{}")
	<-hook
	close(release)
	if err != nil || response.StatusCode != 200 || body != "{}" {
		t.Errorf("%v %q %v", response, body, err)
	}
}

func TestDelay(t *testing.T) {
	p, client := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	p.OnAny(func(*http.Request) *Fault { return &Fault{Delay: 300 * time.Millisecond} })
	for _, method := range []string{"GET", "POST"} {
		began := time.Now()
		if _, _, err := do(t, p, client, method, pods, ""); err != nil || time.Since(began) < 300*time.Millisecond {
			t.Errorf("%s: %v after %s", method, err, time.Since(began))
		}
	}
	p.OnAny(nil)
	began := time.Now()
	if _, _, err := do(t, p, client, "GET", pods, ""); err != nil || time.Since(began) > 250*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

func TestAnAPIServerThatIsGoneIsACutConnection(t *testing.T) {
	p, client := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if response, _, err := do(t, p, client, "GET", pods, ""); !errors.Is(err, io.EOF) {
		t.Errorf("%v %v", response, err)
	}
}

func TestAnOldListIsReplayed(t *testing.T) {
	var version atomic.Value
	version.Store("1")
	p, client := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, version.Load().(string)) })
	get := func(path string) string {
		_, body, err := do(t, p, client, "GET", path, "")
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	p.KeepLists(true)
	get("/api/v1/pods?labelSelector=a&resourceVersion=0")
	get("/api/v1/services")
	p.KeepLists(false)
	version.Store("2")
	get("/api/v1/pods?labelSelector=a")
	p.ReplayLists(false, "pods")
	if got := get("/api/v1/pods?labelSelector=a&resourceVersion=0"); got != "1" {
		t.Errorf("what may be old: %q", got)
	}
	if got := get("/api/v1/pods?labelSelector=a"); got != "2" {
		t.Errorf("what may not: %q", got)
	}
	p.ReplayLists(true, "pods")
	for path, want := range map[string]string{
		"/api/v1/pods?labelSelector=a": "1",
		"/api/v1/pods?labelSelector=b": "2", // was never asked for
		"/api/v1/services":             "2",
		pods + "/web":                  "2", // a read of one
	} {
		if got := get(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if p.Replays() != 2 {
		t.Errorf("%d replays", p.Replays())
	}
	p.ReplayLists(false)
	if got := get("/api/v1/pods?labelSelector=a"); got != "2" {
		t.Errorf("after it: %q", got)
	}
}
