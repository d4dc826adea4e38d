package watch

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"golang.org/x/sys/unix"
)

// deaf is a source whose events never come, but for the probe's, if it may hear that.
type deaf struct {
	source
	probe bool
	out   chan fsnotify.Event
	limit error
}

func (d *deaf) events() <-chan fsnotify.Event {
	if d.probe {
		d.probe = false
		return d.source.events()
	}
	return d.out
}

func (d *deaf) Add(folder string) error {
	if d.limit != nil && !strings.HasSuffix(folder, "001") {
		return d.limit
	}
	return d.source.Add(folder)
}

func TestPollingWhereEventsDoNotCome(t *testing.T) {
	open := func(d *deaf) func() (source, error) {
		return func() (source, error) {
			if errors.Is(d.limit, unix.EMFILE) {
				return nil, d.limit
			}
			kernel, err := openKernel()
			d.source = kernel
			return d, err
		}
	}
	tests := map[string]struct {
		source *deaf
		mode   Mode
		why    string
	}{
		"a mount without events": {&deaf{}, Auto, "Poll: no event arrived"},
		"no watcher left":        {&deaf{limit: &os.SyscallError{Syscall: "inotify_init1", Err: syscall.EMFILE}}, Auto, "Poll: the node's limit of watchers is used up: raise fs.inotify.max_user_instances"},
		"no watcher left, asked": {&deaf{limit: &os.SyscallError{Syscall: "inotify_init1", Err: syscall.EMFILE}}, Notify, "Poll: the node's limit of watchers"},
		"as asked":               {&deaf{}, Poll, "Poll: spec.reload.watch asks for it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := begin(t, Config{Mode: test.mode, open: open(test.source)})
			f.method(test.why)
			f.write("main.go", "package other\n")
			f.changed("main.go")
			if left, _ := filepath.Glob(filepath.Join(f.root, ".godev*")); len(left) > 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
	t.Run("no watch left for a folder", func(t *testing.T) {
		d := &deaf{limit: syscall.ENOSPC, probe: true}
		f := begin(t, Config{Mode: Notify, open: open(d)}, "lib/a.go")
		f.method("Notify")
		f.method("Poll: the node's limit of watched folders is used up: raise fs.inotify.max_user_watches")
		f.write("lib/a.go", "package other\n")
		f.changed("lib/a.go")
	})
	t.Run("a change that no event told of", func(t *testing.T) {
		f := begin(t, Config{Mode: Auto, open: open(&deaf{probe: true})})
		f.method("Notify")
		f.write("main.go", "package other\n")
		f.changed("main.go")
		f.method("Poll: a change of main.go came without an event")
		f.write("main.go", "package another\n")
		f.changed("main.go")
	})
}

func TestAutoTakesEventsWhereTheyCome(t *testing.T) {
	f := begin(t, Config{Mode: Auto})
	f.method("Notify")
	f.write("main.go", "package other\n")
	f.changed("main.go")
	// Given many looks at everything, which find nothing that events have not told
	for i := range 20 {
		f.write("main.go", fmt.Sprintf("package main // %d\n", i))
		f.changed("main.go")
	}
	select {
	case method := <-f.methods:
		t.Error(method)
	default:
	}
}

// manyFiles makes 2,000 files in 200 folders.
func manyFiles(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for i := range 2000 {
		path := filepath.Join(root, fmt.Sprintf("lib%d", i/10), fmt.Sprintf("f%d.go", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("package lib\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// All of the process counts here: the collector and the reader of events too.
func TestAnIdleWatcherTakesLessThanAHundredthOfACore(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	root := manyFiles(t)
	used := func() time.Duration {
		var usage unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
			t.Fatal(err)
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	modes(t, func(t *testing.T, config Config) {
		// Given a watcher whose last change was a while ago
		config.Root, config.Log, config.pace = root, io.Discard, defaultPace
		config.pace.cooling = 0
		methods := make(chan Mode, 10)
		config.Method = func(method Mode, _ string) { methods <- method }
		w, err := Start(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		w.Embed(t.Context(), nil, time.Time{})
		if got := <-methods; got != config.Mode {
			t.Fatalf("it watches by %s", got)
		}
		time.Sleep(racy + 2*time.Second) // files are as good as new that long, and are read

		// When
		const window = 10 * time.Second
		before, began := used(), time.Now()
		select {
		case change := <-w.Changes():
			t.Errorf("%v changed", change.Files)
		case <-time.After(window):
		}

		// Then
		cost, took := used()-before, time.Since(began)
		share, most := float64(cost)/float64(took), 0.01
		if raceDetector {
			most = 0.02
		}
		t.Logf("%v of %v: %.2f %% of a core", cost, took, 100*share)
		if share >= most {
			t.Error("too much")
		}
		path := filepath.Join(root, "lib7", "f70.go")
		if err := os.WriteFile(path, fmt.Appendf(nil, "package lib // %s\n", config.Mode), 0o644); err != nil {
			t.Fatal(err)
		}
		wrote := time.Now()
		select {
		case change := <-w.Changes():
			if len(change.Files) != 1 {
				t.Errorf("%v changed", change.Files)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("no change is seen in %v", time.Since(wrote))
		}
	})
}

// A core may be busy for 1 % at most with looking at 2,000 files.
func TestPollingIsCheap(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	root := manyFiles(t)
	rules, err := newRules(nil)
	if err != nil {
		t.Fatal(err)
	}
	tree := newTree(root, rules)
	tree.remember(time.Time{})
	for _, name := range tree.unread() {
		tree.learn(name)
	}
	// as after a while: a folder or file that was changed just now is looked at more closely
	later := time.Now().Add(time.Hour)
	for _, folder := range tree.folders {
		folder.seen = later
	}
	for _, file := range tree.files {
		file.seen = later
	}
	const looks = 20
	cost := cpuTime(func() {
		for i := range looks {
			if changed := tree.scan(i%10 == 0); len(changed) > 0 {
				t.Error(changed)
			}
		}
	}) / looks
	l := loop{Config: Config{pace: defaultPace}}
	share := float64(cost) / float64(l.interval(cost))
	t.Logf("%v a look each %v: %.2f %% of a core", cost, l.interval(cost), 100*share)
	if share >= 0.01 {
		t.Error("too much")
	}
	if slowest := 2 * time.Second; !raceDetector && l.interval(cost) > slowest {
		t.Errorf("a change may be seen later than after %v", slowest)
	}
}
