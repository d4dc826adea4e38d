package reload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"godev.io/runtime/internal/build"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/termination"
)

// plan is what a build has to do.
type plan struct {
	// modules says that they have to be downloaded first
	modules bool
	// checked says that target is right
	checked bool
	target  build.Target
}

// attempt is a build that runs.
type attempt struct {
	since  time.Time
	cancel context.CancelFunc
}

// outcome is how it ended, and what is still to be done by the next.
type outcome struct {
	plan
	result build.Result
	same   bool
	err    error
}

func (s *state) build(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	s.building = &attempt{s.changed, cancel}
	s.changed = time.Time{}
	s.lastBuild = time.Now()
	fmt.Fprintf(s.Log, "reload: building\n")
	s.Report(func(r *report.State) {
		r.Build = report.Build{State: "Building", Time: time.Now(), Package: s.plan.target.Package}
	})
	p := s.plan
	s.plan.modules = false // unless a change asks for it again meanwhile
	go func() { s.built <- s.attempt(ctx, p) }()
}

func (s *state) attempt(ctx context.Context, p plan) outcome {
	started := time.Now()
	done := outcome{plan: p}
	done.err = s.try(ctx, &done)
	if missing(done.err) && s.Completes && !p.modules {
		done.modules = true
		done.err = s.try(ctx, &done)
	}
	if done.err == nil {
		done.same = s.Builder.Same()
	}
	done.result.Package, done.result.Started, done.result.Took = done.target.Package, started, time.Since(started)
	return done
}

func (s *state) try(ctx context.Context, done *outcome) error {
	if done.modules {
		if err := s.Modules(ctx); err != nil {
			return err
		}
		done.modules, done.checked = false, false
	}
	checked := done.checked
	if !checked {
		target, err := s.Builder.Check(ctx)
		if err != nil {
			return err
		}
		done.target, done.checked = target, true
	}
	_, err := s.Builder.Beside(ctx, done.target)
	if err == nil || compiled(err) || gotool.IsStopped(err) {
		return err
	}
	done.checked = false
	if checked {
		if _, better := s.Builder.Check(ctx); better != nil { // the package may be gone, or be no program any more
			return better
		}
	}
	return err
}

// compiled reports whether the failure is an error in the source, which says nothing about the modules or the package.
func compiled(err error) bool {
	var failure *termination.Failure
	return errors.As(err, &failure) && failure.Reason == termination.BuildFailed && failure.File != ""
}

// missing reports whether go.mod or go.sum lacks what the source imports.
func missing(err error) bool {
	var failure *termination.Failure
	return errors.As(err, &failure) && slices.Contains(
		[]termination.Reason{termination.GoSumOutOfDate, termination.GoSumMissing, termination.ModuleNotFound}, failure.Reason)
}

// finish takes over what a build made.
func (s *state) finish(done outcome) {
	since := s.building.since
	s.building.cancel()
	s.building = nil
	again := s.plan.modules // go.mod changed while it ran
	s.plan = done.plan
	if again {
		s.plan = plan{modules: true}
	}
	if gotool.IsStopped(done.err) {
		s.noteChange(since)
		return
	}
	s.yielded = false
	s.stale = true
	if done.err != nil {
		fmt.Fprintf(s.Log, "reload: the build failed, the program stays as it is: %v\n", done.err)
		s.tellFailed(done.result, done.err)
		return
	}
	s.Report(func(r *report.State) { r.Build = Succeeded(done.result) })
	if done.same && s.running.Load() {
		fmt.Fprintf(s.Log, "reload: built in %.2f s, the program is the same\n", done.result.Took.Seconds())
		s.Builder.Drop()
		s.next = time.Time{}
		return
	}
	fmt.Fprintf(s.Log, "reload: built in %.2f s\n", done.result.Took.Seconds())
	if s.next.IsZero() {
		s.next = since
	}
}

// Succeeded is what the operator is told of a good build that has just ended.
func Succeeded(result build.Result) report.Build {
	return report.Build{State: "Succeeded", Time: time.Now(), Seconds: termination.Round(result.Took), Package: result.Package}
}

func (s *state) tellFailed(result build.Result, err error) {
	message := termination.OfError(termination.PhaseBuild, err, termination.BuildFailed)
	s.Report(func(r *report.State) {
		r.Build = report.Build{
			State: "Failed", Time: time.Now(), Seconds: termination.Round(result.Took), Package: result.Package,
			Reason: string(message.Reason), Detail: message.Detail,
			File: message.File, Line: message.Line, Column: message.Column, Error: message.Error,
		}
		r.Reloads.Failed++
	})
}
