package watch

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// fast are times for tests. The caps stay far away from what a busy machine adds.
var fast = pace{
	quiet: 10 * time.Millisecond, cap: 2 * time.Second, manyQuiet: 50 * time.Millisecond, manyCap: 5 * time.Second,
	active: 10 * time.Millisecond, idle: 10 * time.Millisecond, check: 20 * time.Millisecond,
	cooling: time.Minute,
}

type fixture struct {
	*Watcher
	t       *testing.T
	root    string
	methods chan string
}

// begin watches a folder with main.go, and waits until it does.
func begin(t *testing.T, config Config, files ...string) *fixture {
	t.Helper()
	f := &fixture{t: t, root: t.TempDir(), methods: make(chan string, 10)}
	for _, name := range append(files, "main.go") {
		f.write(name, "package main\n")
	}
	config.Root, config.Log = f.root, io.Discard
	config.Method = func(method Mode, why string) { f.methods <- string(method) + ": " + why }
	if config.pace == (pace{}) {
		config.pace = fast
	}
	w, err := Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	f.Watcher = w
	w.Embed(t.Context(), nil, time.Time{}) // is taken when all is watched
	return f
}

func (f *fixture) write(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) method(want string) {
	f.t.Helper()
	select {
	case got := <-f.methods:
		if !strings.HasPrefix(got, want) {
			f.t.Fatalf("%q, not %q", got, want)
		}
	case <-time.After(10 * time.Second):
		f.t.Fatalf("the method is not %q", want)
	}
}

// changed waits until each of the files was told, and fails the test if another was.
func (f *fixture) changed(want ...string) {
	f.t.Helper()
	missing := slices.Clone(want)
	deadline := time.After(10 * time.Second)
	for len(missing) > 0 {
		select {
		case change := <-f.Changes():
			for _, name := range change.Files {
				if !slices.Contains(want, name) {
					f.t.Errorf("%s was told", name)
				}
				missing = slices.DeleteFunc(missing, func(m string) bool { return m == name })
			}
		case <-deadline:
			f.t.Fatalf("%v were not told", missing)
		}
	}
}

// nothing fails the test if something was told of what was done before: the mark that follows it has to be the first.
func (f *fixture) nothing() {
	f.t.Helper()
	name := fmt.Sprintf("mark%d.go", time.Now().UnixNano())
	f.write(name, "package main\n")
	f.changed(name)
}

func modes(t *testing.T, test func(t *testing.T, config Config)) {
	for _, mode := range []Mode{Notify, Poll} {
		t.Run(string(mode), func(t *testing.T) { test(t, Config{Mode: mode}) })
	}
}

func TestChanges(t *testing.T) {
	modes(t, func(t *testing.T, config Config) {
		f := begin(t, config, "old/lib/a.go", "old/lib/b.go", "gone/x.go")
		f.write("main.go", "package main\n\n")
		f.changed("main.go")

		f.write("new/deep/er/x.go", "package x\n") // folders that come later
		f.changed("new/deep/er/x.go")
		f.write("new/deep/er/x.go", "package y\n")
		f.changed("new/deep/er/x.go")

		if err := os.Rename(filepath.Join(f.root, "old"), filepath.Join(f.root, "young")); err != nil {
			t.Fatal(err)
		}
		f.changed("old/lib/a.go", "old/lib/b.go", "young/lib/a.go", "young/lib/b.go")
		f.write("young/lib/a.go", "package other\n")
		f.changed("young/lib/a.go")

		outside := filepath.Join(t.TempDir(), "moved")
		if err := os.MkdirAll(filepath.Join(outside, "sub"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(outside, "sub", "x.go"), []byte("package sub\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(outside, filepath.Join(f.root, "moved")); err != nil {
			t.Fatal(err)
		}
		f.changed("moved/sub/x.go") // it was in the folder before that was watched
		f.write("moved/sub/x.go", "package other\n")
		f.changed("moved/sub/x.go")

		if err := os.RemoveAll(filepath.Join(f.root, "gone")); err != nil {
			t.Fatal(err)
		}
		f.changed("gone/x.go")
		f.write("gone/x.go", "package again\n")
		f.changed("gone/x.go")
	})
}

func TestWhatIsNoChange(t *testing.T) {
	modes(t, func(t *testing.T, config Config) {
		f := begin(t, config)
		f.write("main.go", "package main\n") // the same content
		now := time.Now().Add(time.Hour)
		if err := os.Chtimes(filepath.Join(f.root, "main.go"), now, now); err != nil {
			t.Fatal(err)
		}
		f.write("main_test.go", "package main\n")
		f.write(".main.go.swp", "x")
		f.nothing()
		f.write("new.go", "package main\n")
		f.changed("new.go")
		f.write("new.go~", "package main\n")
		if err := os.Rename(filepath.Join(f.root, "new.go~"), filepath.Join(f.root, "new.go")); err != nil {
			t.Fatal(err)
		}
		f.nothing()
	})
}

// Two writes that leave size and times as they are, to the resolution of the file system's clock.
func TestAChangeThatTimesDoNotShow(t *testing.T) {
	modes(t, func(t *testing.T, config Config) {
		f := begin(t, config)
		path := filepath.Join(f.root, "main.go")
		for i := range 5 {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			f.write("main.go", fmt.Sprintf("package mai%d\n", i))
			if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
				t.Fatal(err)
			}
			f.changed("main.go")
		}
	})
}

func TestASaveInStepsIsOneChange(t *testing.T) {
	modes(t, func(t *testing.T, config Config) {
		f := begin(t, config)
		path := filepath.Join(f.root, "main.go")
		for range 5 {
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * fast.quiet) // an editor that takes its time
			f.write("main.go", fmt.Sprintf("package main // %d\n", time.Now().UnixNano()))
			f.changed("main.go")
		}
		f.nothing()
	})
}

func TestManyFilesAreOneChange(t *testing.T) {
	config := Config{Mode: Notify, pace: fast}
	config.pace.manyQuiet = 500 * time.Millisecond
	f := begin(t, config)
	names := []string{}
	for i := range 500 {
		names = append(names, fmt.Sprintf("lib%d/f%d.go", i%50, i))
		f.write(names[i], "package lib\n")
	}
	slices.Sort(names)
	if got := <-f.Changes(); !slices.Equal(got.Files, names) {
		t.Errorf("%d files", len(got.Files))
	}
}

func TestAStormDoesNotHoldAChangeBackForEver(t *testing.T) {
	config := Config{Mode: Notify, pace: fast}
	config.pace.cap = 100 * time.Millisecond
	f := begin(t, config)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = os.WriteFile(filepath.Join(f.root, "main.go"), fmt.Appendf(nil, "package main // %d\n", i), 0o644)
			}
		}
	}()
	f.changed("main.go")
	f.changed("main.go")
	close(stop)
	<-stopped
}

func TestEmbeddedFiles(t *testing.T) {
	modes(t, func(t *testing.T, config Config) {
		f := begin(t, config, "web/testdata/a.txt", "web/b.txt")
		f.write("web/testdata/a.txt", "one")
		f.nothing()
		time.Sleep(2 * lag) // or what was written before might be of the same tick of the clock
		f.Embed(t.Context(), []Embed{{"web", "testdata"}}, time.Now())
		f.nothing()
		f.write("web/testdata/a.txt", "two")
		f.changed("web/testdata/a.txt")
		f.write("web/testdata/deep/new.txt", "one")
		f.changed("web/testdata/deep/new.txt")
		f.write("web/b.txt", "two")
		f.nothing()
		// Given a file that changed between the build and the search for what it embeds
		f.Embed(t.Context(), []Embed{{"web", "b.txt"}}, time.Now().Add(-time.Minute))
		f.changed("web/b.txt")
		f.write("web/testdata/a.txt", "three")
		f.nothing()
	})
}

func TestWhatChangedSinceTheBuildIsAChange(t *testing.T) {
	modes(t, func(t *testing.T, config Config) {
		config.Since = time.Now().Add(-time.Hour)
		f := begin(t, config)
		f.changed("main.go")
	})
}

func TestTheEndOfTheContextEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	closed := make(chan struct{})
	w, err := Start(ctx, Config{Root: t.TempDir(), Mode: Notify, Log: io.Discard, Method: func(Mode, string) {},
		open: func() (source, error) {
			kernel, err := openKernel()
			return closing{kernel, closed}, err
		}})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-closed
	w.Embed(ctx, nil, time.Time{}) // waits for nobody
}

type closing struct {
	source
	closed chan struct{}
}

func (c closing) Close() error {
	defer close(c.closed)
	return c.source.Close()
}
