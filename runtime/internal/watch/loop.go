package watch

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
	"golang.org/x/sys/unix"
)

// loop is the one goroutine of a watcher.
type loop struct {
	Config
	*Watcher
	tree   *tree
	source source // nil when polling
	embeds []Embed

	// touched are files an event named, which have to be looked at.
	touched map[string]bool
	// changed are those whose content changed.
	changed map[string]bool
	// first is when the first event or change of this batch came, last when the last one did.
	first, last time.Time
	// ready is the batch that waits for its receiver.
	ready *Change
	// unread are files whose content is still to be learnt.
	unread []string
	// suspects are changes which no event told of, so far, and how many turns of lateEvent they have left.
	suspects map[string]int
	judging  bool // a timer for that runs
	// busy is when the last change was seen.
	busy time.Time
	// scans counts the looks at everything when polling.
	scans int
}

// lateEvent is how long an event may come after a change was seen without it.
const lateEvent = 300 * time.Millisecond

// turns is how many such waits a suspect gets, the first of which may be nearly over: a process that was held up finds
// the event and the end of a wait at the same time.
const turns = 3

func (l *loop) run(ctx context.Context) {
	l.touched, l.changed, l.suspects = map[string]bool{}, map[string]bool{}, map[string]int{}
	l.source = l.choose()
	defer l.close()
	l.enter(".")
	for _, name := range l.tree.remember(l.Since) {
		l.found(name)
	}
	l.unread = l.tree.unread()
	l.busy = time.Now()
	fmt.Fprintf(l.Log, "watch: %d files in %d folders, %s\n", len(l.tree.files), len(l.tree.folders), l.how())

	settle, scan, judge := time.NewTimer(time.Hour), time.NewTimer(l.interval(0)), time.NewTimer(time.Hour)
	learn := make(chan struct{})
	close(learn)
	polling := l.source == nil
	for {
		if !polling && l.source == nil {
			polling = true
			scan.Reset(0)
		}
		if !l.first.IsZero() {
			settle.Reset(max(0, time.Until(l.due())))
		}
		var out chan<- Change
		var ready Change
		if l.ready != nil {
			out, ready = l.changes, *l.ready
		}
		var reading <-chan struct{}
		if len(l.unread) > 0 {
			reading = learn
		}
		var events <-chan fsnotify.Event
		var failures <-chan error
		if l.source != nil {
			events, failures = l.source.events(), l.source.errors()
		}
		select {
		case <-ctx.Done():
			return
		case event, open := <-events:
			if open {
				l.event(event)
			} else {
				l.degrade("the source of events ended")
			}
		case err := <-failures:
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				l.foundAll(l.tree.scan(true))
			} else {
				l.degrade(limit(err))
			}
		case <-settle.C:
			l.settle()
		case <-scan.C:
			var late bool
			cost := cpuTime(func() { late = l.scan() })
			if late && !l.judging {
				l.judging = true
				judge.Reset(lateEvent)
			}
			scan.Reset(l.interval(cost))
		case <-judge.C:
			l.judge()
			if l.judging = len(l.suspects) > 0; l.judging {
				judge.Reset(lateEvent)
			}
		case set := <-l.Watcher.embeds:
			l.embed(set)
		case out <- ready:
			l.ready = nil
		case <-reading:
			l.tree.learn(l.unread[0])
			l.unread = l.unread[1:]
		}
	}
}

func (l *loop) how() string {
	if l.source == nil {
		return "by polling"
	}
	return "by events"
}

func (l *loop) close() {
	if l.source != nil {
		_ = l.source.Close()
		l.source = nil
	}
}

// interval is the time to the next look at everything, after one that cost so much of a core: less than 1 % when
// nothing happens.
func (l *loop) interval(cost time.Duration) time.Duration {
	switch {
	case l.source != nil:
		return max(l.pace.check, 100*cost)
	case len(l.changed) > 0:
		return l.pace.quiet / 2
	case time.Since(l.busy) < l.pace.cooling:
		return max(l.pace.active, 20*cost)
	}
	return max(l.pace.idle, 110*cost)
}

// cpuTime is what a call costs of a core, waits for a slow file system not included.
func cpuTime(call func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var usage unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
			return 0
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	call()
	return used() - before
}

// due is when the batch is to be looked at.
func (l *loop) due() time.Time {
	quiet, limit := l.pace.quiet, l.pace.cap
	if len(l.touched)+len(l.changed) >= many {
		quiet, limit = l.pace.manyQuiet, l.pace.manyCap
	}
	due := l.last.Add(quiet)
	if latest := l.first.Add(limit); due.After(latest) {
		return latest
	}
	return due
}

func (l *loop) mark() {
	l.last = time.Now()
	if l.first.IsZero() {
		l.first = l.last
	}
}

func (l *loop) found(name string) {
	l.changed[name] = true
	l.busy = time.Now()
	l.mark()
}

func (l *loop) foundAll(names []string) {
	for _, name := range names {
		l.found(name)
	}
}

// settle looks at the files of the batch, and makes a change of those that are different.
func (l *loop) settle() {
	if l.first.IsZero() || time.Now().Before(l.due()) {
		return
	}
	if time.Since(l.first) < l.pace.cap && l.inFlux() {
		l.last = time.Now()
		return
	}
	for name := range l.touched {
		if l.tree.look(name, true) {
			l.found(name)
		}
	}
	if l.source == nil && l.moving() {
		return
	}
	first := l.first
	l.first, l.last = time.Time{}, time.Time{}
	if len(l.changed) > 0 {
		if l.ready == nil {
			l.ready = &Change{First: first}
		}
		for name := range l.changed {
			if !slices.Contains(l.ready.Files, name) {
				l.ready.Files = append(l.ready.Files, name)
			}
		}
		slices.Sort(l.ready.Files)
	}
	clear(l.touched)
	clear(l.changed)
}

// moving reports whether a file changed again, which no event tells when polling.
func (l *loop) moving() bool {
	moved := false
	for name := range l.changed {
		if l.tree.look(name, false) {
			moved = true
		}
	}
	if moved {
		l.last = time.Now()
	}
	return moved && time.Since(l.first) < l.pace.cap
}

// inFlux reports whether a file is gone or empty that was not: many editors save in two steps.
func (l *loop) inFlux() bool {
	for _, names := range []map[string]bool{l.touched, l.changed} {
		for name := range names {
			if l.tree.inFlux(name) {
				return true
			}
		}
	}
	return false
}

// scan looks at everything. It reports whether events are to be judged, since they did not tell of a change.
func (l *loop) scan() bool {
	if l.source == nil {
		l.scans++
		l.foundAll(l.tree.scan(l.scans%10 == 0))
		return false
	}
	if len(l.touched) > 0 {
		return false // events are coming in
	}
	for _, name := range l.tree.scan(true) {
		l.suspects[name] = turns
		l.found(name)
	}
	return len(l.suspects) > 0
}

func (l *loop) embed(set embedding) {
	if slices.Equal(l.embeds, set.embeds) {
		return
	}
	l.embeds = set.embeds
	l.tree.rules.embeds = newEmbeds(set.embeds)
	l.tree.forget()
	l.enter(".")
	for _, name := range l.tree.remember(set.since) {
		l.found(name)
	}
	l.unread = l.tree.unread()
}
