package delve

import (
	"context"
	"sync"
)

// gate is closed while a debugger's user holds the program.
type gate struct {
	mu     sync.Mutex
	opened chan struct{} // nil while it is open
}

func (g *gate) close(held bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case held && g.opened == nil:
		g.opened = make(chan struct{})
	case !held && g.opened != nil:
		close(g.opened)
		g.opened = nil
	}
}

// Ready returns when no debugger's user holds the program.
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
