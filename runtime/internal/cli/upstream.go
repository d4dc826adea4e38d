package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"sync"
	"time"

	"godev.io/runtime/internal/mirror"
	"godev.io/runtime/internal/report"
	sources "godev.io/runtime/internal/source"
	"godev.io/runtime/internal/termination"
)

// States of a source that is followed or mirrored.
const (
	sourceCurrent    = "Current"
	sourceLocalEdits = "LocalEdits"
	sourceFailed     = "Failed"
)

// upstream are the flags about where the source comes from while the program runs.
type upstream struct {
	follow     time.Duration
	repository string
	remote     *repositoryFlags
	mirror     string
}

func withUpstream(flags *flag.FlagSet) *upstream {
	u := upstream{remote: withRepository(flags)}
	flags.DurationVar(&u.follow, "follow", 0, "how often the repository of --url is looked at for news; 0 for never")
	flags.StringVar(&u.repository, "repository", "/workspace", "`folder` of its clone")
	flags.StringVar(&u.mirror, "mirror", "", "`folder` that is mirrored into the workspace")
	return &u
}

// check returns what is wrong with the flags, "" if nothing is.
func (u *upstream) check() string {
	switch {
	case u.follow < 0:
		return fmt.Sprintf("--follow has to be positive, not %v", u.follow)
	case u.follow > 0 && u.mirror != "":
		return "--follow and --mirror exclude each other"
	case u.follow > 0:
		return u.remote.check()
	}
	return ""
}

// keep keeps the workspace at its source until the context ends; the function it returns waits for that, because a
// checkout must not be cut off.
func (u *upstream) keep(ctx context.Context, c *call, update func(func(*report.State))) (wait func()) {
	var task func()
	switch {
	case u.follow > 0:
		task = func() { u.followBranch(ctx, c, update) }
	case u.mirror != "":
		m := mirror.New(u.mirror, c.workspace, c.stderr)
		task = func() {
			m.Follow(ctx, func(err error) { c.tellSource(update, report.Source{State: sourceCurrent}, err) })
		}
	default:
		return func() {}
	}
	var running sync.WaitGroup
	running.Go(task)
	return running.Wait
}

func (u *upstream) followBranch(ctx context.Context, c *call, update func(func(*report.State))) {
	// what it says of each look would fill the program's log; news are told below
	config := u.remote.config(c, u.repository, io.Discard)
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(u.follow):
		}
		result, err := sources.Git(ctx, config)
		if ctx.Err() != nil {
			return
		}
		source := report.Source{State: sourceCurrent, Commit: result.Commit}
		if result.Reason != "" {
			source.State, source.Reason, source.Message = sourceFailed, string(result.Reason), result.Detail
			if result.Reason == termination.LocalEdits {
				source.State = sourceLocalEdits
			}
		}
		words := fmt.Sprint(source, err)
		if words == last {
			continue
		}
		if source.State == sourceCurrent && err == nil {
			fmt.Fprintf(c.stderr, "source: at commit %s\n", result.Commit)
		}
		last = words
		c.tellSource(update, source, err)
	}
}

// tellSource logs and reports how the source is.
func (c *call) tellSource(update func(func(*report.State)), source report.Source, err error) {
	if err != nil {
		failed := termination.OfError(termination.PhaseSource, err, termination.SourceFailed)
		source.State, source.Reason, source.Message = sourceFailed, string(failed.Reason), failed.Detail
	}
	source.Message = c.scrubber.Scrub(source.Message)
	if source.State != sourceCurrent {
		fmt.Fprintf(c.stderr, "source: %s: %s\n", source.Reason, source.Message)
	}
	update(func(state *report.State) { state.Source = source })
}
