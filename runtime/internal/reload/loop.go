// Package reload is the inner loop: a change of files builds the program beside the one that runs, and replaces it when
// that succeeded.
package reload

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"godev.io/runtime/internal/build"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/watch"
)

// Loop builds and replaces a program.
type Loop struct {
	Builder build.Builder
	// Program is how the builder's output is run.
	Program supervise.Program
	// Watch says which files count; its Since, Method and Log are set by the loop.
	Watch watch.Config
	// Modules downloads what go.mod requires. It is called after a change of go.mod or go.sum.
	Modules func(context.Context) error
	// Completes says that Modules also adds to go.mod what the source imports.
	Completes bool
	// Ready returns when the program may be replaced, as when a debugger is not paused any more. nil if it always may.
	Ready func(context.Context) error
	// Report changes what the operator is told; it may be called from several goroutines.
	Report func(func(*report.State))
	Log    io.Writer
}

// state belongs to one goroutine, but for running.
type state struct {
	*Loop
	keeper *supervise.Keeper
	watch  *watch.Watcher
	// running says that the program has not ended by itself
	running atomic.Bool

	// changed is when the first change came that no build is made of, zero if there is none
	changed time.Time
	plan    plan
	// building is the build that runs, nil if there is none
	building *attempt
	built    chan outcome
	// yielded says that the last build gave way to a newer change: the next one does not, or there might be no end
	yielded bool

	// next is when the first change came that is in the program built beside, zero if there is none
	next time.Time
	// replacing says that a program waits to be replaced, or is
	replacing bool
	ready     chan error
	replaced  chan replaced
	// exchanging are the replacements that run
	exchanging sync.WaitGroup

	// stale says that the patterns of embedded files may be others now, listing that they are being looked for
	stale, listing bool
	lastBuild      time.Time
	listed         chan listed
}

// Run keeps the program until a signal to stop arrives. first is the build made of the source as it was then, failed
// why there is no program of it.
func (l *Loop) Run(ctx context.Context, signals <-chan os.Signal, first build.Result, failed error) termination.Message {
	ctx, cancel := context.WithCancel(ctx)
	s := &state{
		Loop: l, built: make(chan outcome), ready: make(chan error), replaced: make(chan replaced), listed: make(chan listed),
		stale: true, lastBuild: first.Started,
	}
	s.keeper = supervise.NewKeeper(l.Program, s.program)
	if failed != nil {
		s.plan.modules = !compiled(failed)
		fmt.Fprintf(l.Log, "reload: there is no program until a file changes: %v\n", failed)
		s.tellFailed(first, failed)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(ctx, first.Started)
	}()
	message := s.keeper.Keep(signals, failed == nil)
	cancel()
	<-done
	return message
}

func (s *state) run(ctx context.Context, since time.Time) {
	config := s.Watch
	config.Since, config.Log, config.Method = since, s.Log, s.method
	watcher, err := watch.Start(ctx, config)
	if err != nil {
		s.method("Off", err.Error())
		return
	}
	s.watch = watcher
	for {
		s.advance(ctx)
		select {
		case <-ctx.Done():
			if s.building != nil {
				<-s.built // it removes its temporary files
			}
			s.exchanging.Wait() // what was loaded ends
			return
		case change := <-s.watch.Changes():
			s.change(change)
		case done := <-s.built:
			s.finish(done)
		case err := <-s.ready:
			s.exchange(ctx, err)
		case done := <-s.replaced:
			s.restarted(done)
		case found := <-s.listed:
			s.embed(ctx, found)
		}
	}
}

// advance starts what is due.
func (s *state) advance(ctx context.Context) {
	if !s.changed.IsZero() {
		switch {
		case s.building == nil:
			s.build(ctx)
		case !s.yielded:
			s.yielded = true
			s.building.cancel()
		}
	}
	if !s.next.IsZero() && !s.replacing {
		s.replace(ctx)
	}
	if s.stale && !s.listing && s.building == nil && !s.replacing {
		s.list(ctx)
	}
}

func (s *state) change(change watch.Change) {
	s.noteChange(change.First)
	if slices.ContainsFunc(change.Files, requirement) {
		s.plan = plan{modules: true}
	}
	files := change.Files[0]
	if more := len(change.Files) - 1; more > 0 {
		files = fmt.Sprintf("%s and %d more", files, more)
	}
	fmt.Fprintf(s.Log, "reload: %s changed\n", files)
	s.Report(func(r *report.State) { r.Activity = time.Now() })
}

func (s *state) noteChange(at time.Time) {
	if s.changed.IsZero() || at.Before(s.changed) {
		s.changed = at
	}
}

// requirement reports whether the file says which modules there are.
func requirement(name string) bool {
	for _, base := range []string{"go.mod", "go.sum", "go.work", "go.work.sum", "vendor/modules.txt"} {
		if name == base || strings.HasSuffix(name, "/"+base) {
			return true
		}
	}
	return false
}
