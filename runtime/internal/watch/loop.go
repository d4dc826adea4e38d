package watch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
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
	// suspects are changes which no event told of, so far.
	suspects map[string]bool
	// busy is when the last change was seen.
	busy time.Time
	// scans counts the looks at everything when polling.
	scans int
}

// lateEvent is how long an event may come after a change was seen without it.
const lateEvent = 250 * time.Millisecond

func (l *loop) run(ctx context.Context) {
	l.touched, l.changed, l.suspects = map[string]bool{}, map[string]bool{}, map[string]bool{}
	l.source = l.choose()
	defer l.close()
	l.enter(".")
	for _, name := range l.tree.remember(l.Since) {
		l.found(name)
	}
	l.unread = l.tree.unread()
	l.busy = time.Now()

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
			began := time.Now()
			if l.scan() {
				judge.Reset(lateEvent)
			}
			scan.Reset(l.interval(time.Since(began)))
		case <-judge.C:
			l.judge()
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

func (l *loop) close() {
	if l.source != nil {
		_ = l.source.Close()
		l.source = nil
	}
}

// interval is the time to the next look at everything, which costs took.
func (l *loop) interval(took time.Duration) time.Duration {
	switch {
	case l.source != nil:
		return l.pace.check
	case len(l.changed) > 0:
		return l.pace.quiet / 2
	case time.Since(l.busy) < time.Minute:
		return max(l.pace.active, 20*took)
	}
	return max(l.pace.idle, 20*took)
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

// event takes note of what happened in a folder.
func (l *loop) event(event fsnotify.Event) {
	relative, err := filepath.Rel(l.Root, event.Name)
	if err != nil || event.Op == fsnotify.Chmod {
		return
	}
	name := filepath.ToSlash(relative)
	if l.tree.folders[name] != nil && event.Op&(fsnotify.Remove|fsnotify.Rename) != 0 && name != "." {
		l.leave(name)
		return
	}
	if event.Has(fsnotify.Create) && l.tree.rules.folder(name) {
		if info, err := os.Lstat(event.Name); err == nil && info.IsDir() {
			l.enter(name)
			l.tree.walk(name, true, l.touch)
			return
		}
	}
	l.touch(name)
}

func (l *loop) touch(name string) {
	delete(l.suspects, name)
	if l.tree.files[name] != nil || l.tree.rules.file(name) {
		l.touched[name] = true
		l.mark()
	}
}

// enter watches the folder and those below. What was put into them before is found by reading them afterwards.
func (l *loop) enter(name string) {
	if l.source == nil {
		return
	}
	if err := l.source.Add(l.tree.path(name)); err != nil {
		// a folder that is gone, or closed to this user, cannot be polled either
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			l.degrade(limit(err))
		}
		return
	}
	read := l.tree.read(name)
	l.tree.folders[name] = read // without a stamp: it is read again
	for _, below := range read.folders {
		l.enter(below)
	}
}

// leave stops watching a folder that is gone, or has another name now.
func (l *loop) leave(name string) {
	for folder := range l.tree.folders {
		if folder == name || strings.HasPrefix(folder, name+"/") {
			delete(l.tree.folders, folder)
			if l.source != nil {
				_ = l.source.Remove(l.tree.path(folder)) // the kernel may have ended it already
			}
		}
	}
	for _, file := range l.tree.below(name) {
		l.touch(file)
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
		l.suspects[name] = true
		l.found(name)
	}
	return len(l.suspects) > 0
}

func (l *loop) judge() {
	if len(l.suspects) > 0 && l.Mode == Auto {
		for name := range l.suspects {
			l.degrade("a change of " + name + " came without an event")
			break
		}
	}
	clear(l.suspects)
}

// degrade goes over to polling.
func (l *loop) degrade(why string) {
	if l.source == nil {
		return
	}
	l.close()
	l.poll(why)
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
