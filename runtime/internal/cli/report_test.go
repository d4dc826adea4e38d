package cli

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/report"
)

// receiver takes reports as the operator does.
type receiver struct {
	t      *testing.T
	states chan report.State
	flags  []string
	away   atomic.Bool // nothing is taken
	missed atomic.Int32
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, states: make(chan report.State, 100)}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if r.away.Load() {
			r.missed.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var state report.State
		if err := json.NewDecoder(request.Body).Decode(&state); err != nil || request.Header.Get("Authorization") != "Bearer token" {
			t.Errorf("%v, %v", request.Header, err)
		}
		r.states <- state
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	goproxytest.WriteFiles(t, dir, map[string]string{"report-ca": string(ca), "token": "token\n"})
	r.flags = []string{"--report=" + server.URL + "/report", "--requests=" + dir, "--report-token=" + filepath.Join(dir, "token")}
	return r
}

// until returns the first state that is as wanted.
func (r *receiver) until(what string, is func(report.State) bool) report.State {
	r.t.Helper()
	deadline := time.After(20 * time.Second)
	var last report.State
	for {
		select {
		case last = <-r.states:
			if is(last) {
				return last
			}
		case <-deadline:
			r.t.Fatalf("no report of %s; the last: %+v", what, last)
		}
	}
}

func TestTheOperatorIsToldOfTheInnerLoop(t *testing.T) {
	operator := newReceiver(t)
	l := newLoop(t, "", append(operator.flags, "--watch=Notify")...)
	select {
	case state := <-operator.states:
		t.Errorf("a quiet start was told: %+v", state)
	case <-time.After(time.Second):
	}

	l.save("main.go", l.source("v0")+"\nvar x = missing\n")
	failed := operator.until("a failure", func(s report.State) bool { return s.Build.State == "Failed" })
	lines := strings.Count(l.source("v0"), "\n")
	if b := failed.Build; b.File != "main.go" || b.Line != lines+2 || b.Column != 9 || b.Error != "undefined: missing" || b.Package != "." ||
		b.Reason != "BuildFailed" || b.Seconds <= 0 || b.Time.IsZero() {
		t.Errorf("%+v", b)
	}
	if failed.Program.State != "Running" || failed.Reloads.Failed != 1 || failed.Reloads.Count != 0 || failed.Watch.Method != "Notify" || failed.Activity.IsZero() {
		t.Errorf("%+v", failed)
	}

	l.save("main.go", l.source("v1"))
	good := operator.until("a reload", func(s report.State) bool { return s.Reloads.Count == 1 })
	if good.Build.State != "Succeeded" || good.Build.Error != "" || good.Reloads.Failed != 1 || good.Reloads.Seconds <= 0 || good.Sequence <= failed.Sequence {
		t.Errorf("%+v", good)
	}

	l.extra = "fmt.Println(\"last words\"); os.Exit(7)"
	l.save("main.go", l.source("crashing"))
	crashed := operator.until("a crash", func(s report.State) bool { return s.Program.State == "Restarting" })
	if p := crashed.Program; p.Reason != "Crashed" || p.ExitCode != 7 || len(p.LastLines) == 0 || p.LastLines[len(p.LastLines)-1] != "last words" {
		t.Errorf("%+v", p)
	}

	l.extra = "os.Exit(0)"
	l.save("main.go", l.source("completing"))
	operator.until("the end", func(s report.State) bool { return s.Program.State == "Completed" && s.Program.Reason == "Completed" })

	l.extra = ""
	l.save("main.go", l.source("again"))
	running := operator.until("a new start", func(s report.State) bool { return s.Program.State == "Running" && s.Reloads.Count >= 4 })
	if running.Program.Reason != "" || running.Program.ExitCode != 0 || running.Program.LastLines != nil {
		t.Errorf("%+v", running.Program)
	}
}

func TestTheOperatorIsToldOfTheFirstBuild(t *testing.T) {
	operator := newReceiver(t)
	p := newPod(t, map[string]string{"go.mod": goMod, "main.go": "package main\n\nfunc main() { nothing() }\n"})
	l := &innerLoop{pod: p}
	l.run(append(operator.flags, "--watch=Poll")...)
	state := operator.until("the failure", func(s report.State) bool {
		return s.Build.State == "Failed" && s.Program.State == "Waiting" && s.Watch.Method == "Poll"
	})
	if state.Build.File != "main.go" || state.Build.Line != 3 || state.Watch.Detail == "" {
		t.Errorf("%+v", state)
	}
	l.save("main.go", "package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n")
	operator.until("a start", func(s report.State) bool { return s.Build.State == "Succeeded" && s.Program.State == "Running" })
}

func TestBuildsThatFailedWhileTheOperatorWasAwayAreTold(t *testing.T) {
	// Given
	operator := newReceiver(t)
	l := newLoop(t, "", append(operator.flags, "--watch=Notify")...)
	broken := func(name string) {
		t.Helper()
		l.save("main.go", l.source("v0")+"\nvar x = "+name+"\n")
		l.stderr.wait(t, "undefined: "+name, 1)
	}
	broken("before")
	operator.until("a failure", func(s report.State) bool { return s.Build.Error == "undefined: before" })

	// When
	operator.away.Store(true)
	broken("first")
	l.save("main.go", l.source("good"))
	l.serves("good")
	broken("second")
	l.stderr.wait(t, "the build failed", 3)
	for deadline := time.Now().Add(20 * time.Second); operator.missed.Load() < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing was reported")
		}
	}
	operator.away.Store(false)

	// Then
	state := <-operator.states
	if state.Build.Error != "undefined: second" || state.Build.State != "Failed" || state.Reloads.Failed != 3 || state.Reloads.Count != 1 {
		t.Errorf("%+v, %+v", state.Build, state.Reloads)
	}
}
