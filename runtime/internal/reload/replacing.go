package reload

import (
	"context"
	"fmt"
	"time"

	"godev.io/runtime/internal/build"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/watch"
)

// replaced is a replacement of the program that was made, or failed.
type replaced struct {
	since, at time.Time
	err       error
}

// replace waits until the program may be replaced. Builds go on meanwhile, and the newest counts.
func (s *state) replace(ctx context.Context) {
	s.replacing = true
	go func() {
		var err error
		if s.Ready != nil {
			err = s.Ready(ctx)
		}
		send(ctx, s.ready, err)
	}()
}

// exchange replaces the program by the one built beside.
func (s *state) exchange(ctx context.Context, err error) {
	if err == nil && !s.next.IsZero() { // it is zero if the source is as it was again
		err = s.Builder.Keep()
		if err == nil {
			since := s.next
			s.next = time.Time{}
			s.exchanging.Go(func() {
				err := s.keeper.Replace(ctx, s.Ready)
				send(ctx, s.replaced, replaced{since, time.Now(), err})
			})
			return
		}
	}
	s.replacing = false
	if err != nil && ctx.Err() == nil {
		s.next = time.Time{}
		fmt.Fprintf(s.Log, "reload: the program cannot be replaced: %v\n", err)
		s.tellFailed(build.Result{Package: s.plan.target.Package}, err)
	}
}

func (s *state) restarted(done replaced) {
	s.replacing = false
	if done.err != nil {
		return // the keeper tells
	}
	took := done.at.Sub(done.since)
	fmt.Fprintf(s.Log, "reload: started %.2f s after the change\n", took.Seconds())
	s.Report(func(r *report.State) {
		r.Reloads.Count++
		r.Reloads.Time, r.Reloads.Seconds = done.at, termination.Round(took)
	})
	go s.Builder.Flush()
}

// program tells what the program does.
func (s *state) program(status supervise.Status) {
	s.running.Store(status.State == supervise.Running)
	s.Report(func(r *report.State) {
		r.Program = report.Program{
			State: string(status.State), Since: status.Since, Reason: string(status.Reason), Detail: status.Detail,
			ExitCode: status.ExitCode, Signal: status.Signal, LastLines: status.LastLines,
		}
	})
}

// method tells how files are watched.
func (s *state) method(method watch.Mode, why string) {
	s.Report(func(r *report.State) { r.Watch = report.Watch{Method: string(method), Detail: why} })
}

func send[T any](ctx context.Context, to chan<- T, value T) {
	select {
	case to <- value:
	case <-ctx.Done():
	}
}
