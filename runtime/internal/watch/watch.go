// Package watch tells when a file that the program is built from changed: by events of the kernel, or by looking at the
// files again and again where events cannot arrive. Only a change of content counts.
package watch

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// Mode is how files are watched: spec.reload.watch.
type Mode string

// The modes.
const (
	// Auto takes events where they arrive, and else polls.
	Auto Mode = "Auto"
	// Notify takes events, unless the node has none left to give.
	Notify Mode = "Notify"
	// Poll looks at the files.
	Poll Mode = "Poll"
)

// Config says what is watched.
type Config struct {
	// Root is the workspace.
	Root string
	Mode Mode
	// Exclude are globs relative to the workspace; ** stands for any number of folders, and one without a slash holds in
	// every folder.
	Exclude []string
	// Since is when the build began that the program is of: what was touched since counts as changed.
	Since time.Time
	// Method is told how files are watched (Notify or Poll), at the start and when that changes, and why if it polls.
	Method func(method Mode, why string)
	Log    io.Writer

	open func() (source, error)
	pace pace
}

// pace are the times of a watcher.
type pace struct {
	// A change is told when this long nothing more happened, and at the latest after the cap.
	quiet, cap time.Duration
	// The same for many files at once, as when a branch is checked out.
	manyQuiet, manyCap time.Duration
	// Between two looks at everything: after a change, later on, and where events should tell.
	active, idle, check time.Duration
	// cooling is how long after a change the next one is expected soon.
	cooling time.Duration
}

const many = 20

var defaultPace = pace{
	quiet: 30 * time.Millisecond, cap: 300 * time.Millisecond,
	manyQuiet: 200 * time.Millisecond, manyCap: 3 * time.Second,
	active: 400 * time.Millisecond, idle: 900 * time.Millisecond, check: 3 * time.Second,
	cooling: time.Minute,
}

// Change is what changed since the last one.
type Change struct {
	// First is when the first of it was seen.
	First time.Time
	// Files are relative to the workspace, with slashes.
	Files []string
}

// CheckExclude returns an error if one of the globs is none.
func CheckExclude(globs []string) error {
	_, err := newRules(globs)
	return err
}

// Watcher watches a workspace.
type Watcher struct {
	changes chan Change
	embeds  chan embedding
}

type embedding struct {
	embeds []Embed
	since  time.Time
}

// Start watches until the context ends.
func Start(ctx context.Context, config Config) (*Watcher, error) {
	rules, err := newRules(config.Exclude)
	if err != nil {
		return nil, err
	}
	if config.open == nil {
		config.open = openKernel
	}
	if config.pace == (pace{}) {
		config.pace = defaultPace
	}
	w := &Watcher{changes: make(chan Change), embeds: make(chan embedding)}
	config.Root = filepath.Clean(config.Root)
	l := &loop{Config: config, Watcher: w, tree: newTree(config.Root, rules)}
	go l.run(ctx)
	return w, nil
}

// Changes are the changes, one after the other. A file that changes after its change was received is in the next one.
func (w *Watcher) Changes() <-chan Change { return w.changes }

// Embed sets the patterns of embedded files. Files that count now and did not before have changed if they were touched
// since then.
func (w *Watcher) Embed(ctx context.Context, embeds []Embed, since time.Time) {
	select {
	case w.embeds <- embedding{embeds, since}:
	case <-ctx.Done():
	}
}

// choose opens the source of events, nil if files are to be polled.
func (l *loop) choose() source {
	if l.Mode == Poll {
		l.Method(Poll, "spec.reload.watch asks for it")
		return nil
	}
	if kind := remoteKind(l.Root); l.Mode != Notify && kind != "" {
		l.poll(fmt.Sprintf("the workspace is on %s, where changes made elsewhere come without an event", kind))
		return nil
	}
	events, err := l.open()
	if err == nil {
		err = events.Add(l.Root)
	}
	if err != nil {
		if events != nil {
			_ = events.Close()
		}
		l.poll(limit(err))
		return nil
	}
	if l.Mode != Notify {
		if why := probe(events, l.Root); why != "" {
			_ = events.Close()
			l.poll(why)
			return nil
		}
	}
	l.Method(Notify, "")
	return events
}

func (l *loop) poll(why string) {
	fmt.Fprintf(l.Log, "watch: polling: %s\n", why)
	l.Method(Poll, why)
}
