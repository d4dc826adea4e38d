package reload

import (
	"context"
	"time"

	"godev.io/runtime/internal/build"
	"godev.io/runtime/internal/watch"
)

// calm is how long the search for embedded files waits, so that it takes nothing from a program that starts.
const calm = 300 * time.Millisecond

// listed are the patterns of embedded files as they were after the build that began since.
type listed struct {
	target build.Target
	embeds []watch.Embed
	since  time.Time
	err    error
}

// list looks for the patterns of embedded files.
func (s *state) list(ctx context.Context) {
	s.stale, s.listing = false, true
	found := listed{target: s.plan.target, since: s.lastBuild}
	checked := s.plan.checked
	go func() {
		timer := time.NewTimer(calm)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if !checked {
			found.target, found.err = s.Builder.Check(ctx)
		}
		if found.err == nil {
			found.embeds, found.err = s.Builder.Embeds(ctx, found.target)
		}
		send(ctx, s.listed, found)
	}()
}

func (s *state) embed(ctx context.Context, found listed) {
	s.listing = false
	if found.err != nil {
		return // there was a build: it told
	}
	if !s.plan.checked && !s.plan.modules && !s.stale {
		s.plan.checked, s.plan.target = true, found.target
	}
	s.watch.Embed(ctx, found.embeds, found.since)
}
