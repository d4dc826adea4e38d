// Package progress prints one line per step with the seconds since the start.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Printer writes lines; it may be used by several goroutines.
type Printer struct {
	mu    sync.Mutex
	out   io.Writer
	start time.Time
}

// New returns a printer whose clock starts now.
func New(out io.Writer) *Printer { return &Printer{out: out, start: time.Now()} }

// Line prints one line.
func (p *Printer) Line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "[%6.1fs] %s\n", time.Since(p.start).Seconds(), fmt.Sprintf(format, args...))
}

// Long prints that something began, a sign of life every half minute, and its end with what it took.
func (p *Printer) Long(what string, run func() error) error {
	p.Line("%s …", what)
	began := time.Now()
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(30 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				p.Line("%s … still at it after %.0f s", what, time.Since(began).Seconds())
			}
		}
	}()
	err := run()
	close(done)
	<-stopped
	if err == nil {
		p.Line("%s: done in %.1f s", what, time.Since(began).Seconds())
	}
	return err
}
