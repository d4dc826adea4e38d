package reload

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/build"
	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/watch"
)

// board holds what was written and told, and lets a test wait for it.
type board struct {
	mu    sync.Mutex
	text  strings.Builder
	state report.State
	news  chan struct{}
}

func (b *board) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Write(p)
	b.tell()
	return len(p), nil
}

func (b *board) update(change func(*report.State)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.state)
	b.tell()
}

func (b *board) tell() {
	select {
	case b.news <- struct{}{}:
	default:
	}
}

func (b *board) wait(t *testing.T, what string, is func(text string, state report.State) bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		b.mu.Lock()
		text, state := b.text.String(), b.state
		b.mu.Unlock()
		if is(text, state) {
			return
		}
		select {
		case <-b.news:
		case <-deadline:
			t.Fatalf("no %s: %+v\n%s", what, state, text)
		}
	}
}

func (b *board) written(t *testing.T, line string) {
	t.Helper()
	b.wait(t, line, func(text string, _ report.State) bool { return strings.Contains(text, line) })
}

// begin runs the loop for a program that writes its version and stays.
func begin(t *testing.T, ready func(context.Context) error) (*board, func(version string)) {
	t.Helper()
	dir := t.TempDir()
	workspace := filepath.Join(dir, "workspace")
	save := func(version string) {
		goproxytest.WriteFiles(t, workspace, map[string]string{"main.go": fmt.Sprintf(
			"package main\n\nimport \"time\"\n\nfunc main() { println(\"this is %s\"); time.Sleep(time.Hour) }\n", version)})
	}
	save("v0")
	goproxytest.WriteFiles(t, workspace, map[string]string{"go.mod": "module example.com/x\n\ngo 1.21\n"})
	b := &board{news: make(chan struct{}, 1)}
	env := goproxytest.Env(t, "off")
	builder := build.Builder{Tool: gotool.Tool{Dir: workspace, Env: env, Log: b}, Output: filepath.Join(dir, "program")}
	first, err := builder.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	loop := &Loop{
		Builder: builder, Log: b, Report: b.update, Ready: ready,
		Program: supervise.Program{Path: builder.Output, Dir: workspace, Env: env, Grace: time.Second, Memory: cgroup.Memory(dir),
			Stable: time.Minute, Stdout: b, Stderr: b, Log: b},
		Watch:   watch.Config{Root: workspace, Mode: watch.Notify},
		Modules: func(context.Context) error { return nil },
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals, ended := make(chan os.Signal, 1), make(chan struct{})
	go func() {
		defer close(ended)
		loop.Run(ctx, signals, first, nil)
	}()
	t.Cleanup(func() {
		cancel()
		signals <- syscall.SIGTERM
		<-ended
	})
	b.written(t, " folders, by events")
	b.written(t, "this is v0")
	return b, save
}

func TestAPausedDebuggerHoldsTheNewProgramBack(t *testing.T) {
	asked, resumed := make(chan struct{}, 10), make(chan struct{})
	b, save := begin(t, func(ctx context.Context) error {
		asked <- struct{}{}
		select {
		case <-resumed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	built := func(times int) {
		t.Helper()
		b.wait(t, "build", func(text string, s report.State) bool {
			return strings.Count(text, "reload: built in") == times && s.Build.State == "Succeeded"
		})
	}
	save("v1")
	built(1)
	<-asked
	save("v2") // builds go on
	built(2)
	b.wait(t, "old program", func(text string, s report.State) bool {
		return s.Reloads.Count == 0 && s.Program.State == "Running" && !strings.Contains(text, "this is v1")
	})
	resumed <- struct{}{}
	b.written(t, "this is v2")
	b.wait(t, "one reload", func(text string, s report.State) bool {
		return s.Reloads.Count == 1 && !strings.Contains(text, "this is v1")
	})

	// And a change that is taken back while the program is paused leaves it alone
	save("v3")
	built(3)
	<-asked
	save("v2")
	b.written(t, "the program is the same")
	resumed <- struct{}{}
	save("v4")
	built(5)
	<-asked
	resumed <- struct{}{}
	b.written(t, "this is v4")
	b.wait(t, "second reload", func(text string, s report.State) bool {
		return s.Reloads.Count == 2 && !strings.Contains(text, "this is v3") && strings.Count(text, "this is v2") == 1
	})
}

func TestRequirements(t *testing.T) {
	for name, want := range map[string]bool{
		"go.mod": true, "go.sum": true, "nested/go.mod": true, "go.work": true, "vendor/modules.txt": true,
		"main.go": false, "modules.txt": false, "xgo.mod": false,
	} {
		if got := requirement(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
