package delve

import (
	"context"
	"sync"
)

// gate is closed while a program is paused.
type gate struct {
	mu     sync.Mutex
	opened chan struct{} // nil while it is open
}

func (g *gate) close(paused bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case paused && g.opened == nil:
		g.opened = make(chan struct{})
	case !paused && g.opened != nil:
		close(g.opened)
		g.opened = nil
	}
}

// Ready returns when the program is not paused by a debugger's user.
func (g *gate) Ready(ctx context.Context) error {
	g.mu.Lock()
	opened := g.opened
	g.mu.Unlock()
	if opened == nil {
		return nil
	}
	select {
	case <-opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
