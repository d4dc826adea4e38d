package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

type folders struct {
	t               *testing.T
	from, workspace string
	log             strings.Builder
	mirror          *Mirror
}

func newFolders(t *testing.T) *folders {
	f := &folders{t: t, from: t.TempDir(), workspace: t.TempDir()}
	f.start()
	return f
}

// fast are times for tests.
var fast = pace{settling: 5 * time.Millisecond, patience: 200 * time.Millisecond, least: 5 * time.Millisecond, most: 20 * time.Millisecond}

// start is a new container over the same workspace.
func (f *folders) start() {
	f.mirror = New(f.from, f.workspace, &f.log)
	f.mirror.pace = fast
}

func (f *folders) write(files map[string]string) {
	f.t.Helper()
	goproxytest.WriteFiles(f.t, f.from, files)
}

// writeUnseen changes a file and leaves its size and time.
func (f *folders) writeUnseen(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.from, name)
	info, err := os.Stat(path)
	if err != nil {
		f.t.Fatal(err)
	}
	f.write(map[string]string{name: content})
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *folders) once() bool {
	f.t.Helper()
	changed, err := f.mirror.Once(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return changed
}

func (f *folders) mirrored() map[string]string {
	f.t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(f.workspace), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == workspace.Folder:
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		content, err := os.ReadFile(filepath.Join(f.workspace, name))
		found[name] = string(content)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return found
}

func (f *folders) want(files map[string]string) {
	f.t.Helper()
	if got := f.mirrored(); !maps.Equal(got, files) {
		f.t.Errorf("got %v, want %v", got, files)
	}
}

func TestTheWorkspaceHasWhatTheFolderHas(t *testing.T) {
	f := newFolders(t)
	f.write(map[string]string{
		"go.mod": "module x\r\n", "cmd/x/main.go": "package main", "api.pb.go": "package x", "node_modules/a/b.js": "2",
		".git/config": "3", workspace.Folder + "/lock": "4", "cmd/x/.main.go.swp": "5", "main.go~": "6", "4913": "7",
	})
	if err := os.Symlink("/etc/passwd", filepath.Join(f.from, "link")); err != nil {
		t.Fatal(err)
	}
	if !f.once() {
		t.Error("nothing changed")
	}
	f.want(map[string]string{"go.mod": "module x\r\n", "cmd/x/main.go": "package main", "api.pb.go": "package x", "node_modules/a/b.js": "2"})
	if f.once() {
		t.Error("the same again is a change")
	}

	for _, name := range []string{"cmd", "node_modules", "api.pb.go"} {
		if err := os.RemoveAll(filepath.Join(f.from, name)); err != nil {
			t.Fatal(err)
		}
	}
	f.write(map[string]string{"cmd": "a file now"})
	f.once()
	f.want(map[string]string{"go.mod": "module x\r\n", "cmd": "a file now"})
}

func TestAFileIsReadOnlyWhenItsSizeOrTimeChanged(t *testing.T) {
	f := newFolders(t)
	f.write(map[string]string{"go.mod": "module x", "a.go": "package a"})
	f.once()
	f.writeUnseen("a.go", "package b")
	f.write(map[string]string{"b.go": "package b"})
	f.once()
	f.want(map[string]string{"go.mod": "module x", "a.go": "package a", "b.go": "package b"})
}

func TestAnEditOfTheWorkspaceIsKeptUnderAnotherName(t *testing.T) {
	f := newFolders(t)
	f.write(map[string]string{"go.mod": "module x", "a.go": "package a"})
	f.once()
	goproxytest.WriteFiles(t, f.workspace, map[string]string{"a.go": "package mine", "new.go": "package mine"})
	f.write(map[string]string{"a.go": "package theirs"})
	f.once()
	got := f.mirrored()
	if got["a.go"] != "package theirs" || got["new.go"] != "package mine" || !strings.Contains(f.log.String(), "your a.go is kept as ") {
		t.Errorf("%v\n%s", got, f.log.String())
	}
	_, name, _ := strings.Cut(f.log.String(), "is kept as ")
	name, _, _ = strings.Cut(name, ",")
	if content, err := os.ReadFile(filepath.Join(f.workspace, name)); string(content) != "package mine" {
		t.Errorf("%q, %v", content, err)
	}
}

func TestAnEmptyFolderIsNamed(t *testing.T) {
	for _, c := range []struct {
		files  map[string]string
		reason termination.Reason
	}{
		{nil, termination.HostPathEmpty},
		{map[string]string{".git/config": ""}, termination.HostPathEmpty},
		{map[string]string{"shop/go.mod": "module shop"}, termination.GoModMissing},
	} {
		f := newFolders(t)
		f.write(c.files)
		_, err := f.mirror.Once(f.t.Context())
		var failure *termination.Failure
		if !errors.As(err, &failure) || failure.Reason != c.reason || !strings.HasPrefix(failure.Detail, "spec.source.hostPath.path: ") {
			t.Errorf("%v: %v", c.files, err)
		}
		f.want(map[string]string{})
	}
}

func TestTheNextContainerReadsNothingThatIsUnchanged(t *testing.T) {
	f := newFolders(t)
	f.write(map[string]string{"go.mod": "module x", "a.go": "package a"})
	f.once()
	f.writeUnseen("a.go", "package b")
	goproxytest.WriteFiles(t, f.workspace, map[string]string{"go.mod": "module mine"})

	f.start()
	if f.once() || !strings.Contains(f.log.String(), "source: unchanged") {
		t.Errorf("applied again\n%s", f.log.String())
	}
	f.want(map[string]string{"go.mod": "module mine", "a.go": "package a"})

	// nor with a change of another file
	f.write(map[string]string{"b.go": "package b"})
	f.once()
	if got := f.mirrored(); got["a.go"] != "package a" || got["b.go"] != "package b" || got["go.mod"] != "module x" {
		t.Errorf("%v", got)
	}
}

func TestAFileThatNeverRestsHoldsTheOthersBackNoLonger(t *testing.T) {
	f := newFolders(t)
	f.mirror.pace.settling = 100 * time.Millisecond // many writes of a busy machine's disk
	f.write(map[string]string{"go.mod": "module x"})
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 0; ; n++ {
			_ = os.WriteFile(filepath.Join(f.from, "x.log"), []byte(strings.Repeat("line\n", n)), 0o644)
			_ = os.WriteFile(filepath.Join(f.from, "lock"), nil, 0o644)
			_ = os.Remove(filepath.Join(f.from, "lock"))
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	for _, content := range []string{"package a", "package b", "package c"} {
		f.write(map[string]string{"a.go": content})
		f.once()
		if got := f.mirrored()["a.go"]; got != content {
			t.Errorf("%s, not %s", got, content)
		}
	}
	close(stop)
	<-stopped
	f.once()
	content, err := os.ReadFile(filepath.Join(f.from, "x.log"))
	if err != nil {
		t.Fatal(err)
	}
	// a copy that is older than the file is not taken for an edit of the developer's
	f.want(map[string]string{"go.mod": "module x", "a.go": "package c", "x.log": string(content)})
}

func TestAFileThatGoesBeforeItIsReadIsNoFailure(t *testing.T) {
	for name, late := range map[string]bool{"it is waited for": false, "it is late": true} {
		t.Run(name, func(t *testing.T) {
			f := newFolders(t)
			f.write(map[string]string{"go.mod": "module x", "a.go": "package a", "b.go": "package b"})
			seen, err := f.mirror.walk()
			if err = errors.Join(err, os.Remove(filepath.Join(f.from, "b.go"))); err != nil {
				t.Fatal(err)
			}
			if _, err := f.mirror.apply(seen, late); isGone(err) == late {
				t.Errorf("%v", err)
			}
			if !late {
				return
			}
			f.want(map[string]string{"go.mod": "module x", "a.go": "package a"})
			if f.once() {
				t.Error("mirrored again")
			}
		})
	}
}

func TestErrorsAreNamed(t *testing.T) {
	f := newFolders(t)
	for _, c := range []struct {
		err    error
		reason termination.Reason
		text   string
	}{
		{&unread{&fs.PathError{Op: "open", Path: "a.go", Err: unix.EACCES}}, termination.WorkspaceNotReadable, "may not read the folder"},
		{&unread{&fs.PathError{Op: "lstat", Path: "/host", Err: unix.ENOENT}}, termination.HostPathUnavailable, "does not show the folder any more"},
		{&unread{&fs.PathError{Op: "readdirent", Path: "/host", Err: unix.EIO}}, termination.HostPathUnavailable, "cannot read the folder: readdirent /host: "},
		{&fs.PathError{Op: "open", Path: "a.go", Err: unix.EACCES}, termination.WorkspaceNotWritable, "may not write to the workspace"},
		{fmt.Errorf("writing a.go: %w", &unread{unix.EACCES}), termination.WorkspaceNotReadable, "may not read"},
	} {
		var failure *termination.Failure
		if err := f.mirror.explain(c.err); !errors.As(err, &failure) || failure.Reason != c.reason || !strings.Contains(failure.Detail, c.text) {
			t.Errorf("%v: %v", c.err, err)
		}
	}
	if err := os.Remove(f.from); err != nil {
		t.Fatal(err)
	}
	var failure *termination.Failure
	if _, err := f.mirror.Once(t.Context()); !errors.As(err, &failure) || failure.Reason != termination.HostPathUnavailable {
		t.Errorf("%v", err)
	}
}

func TestThePauseFollowsFromTheWalk(t *testing.T) {
	for walked, want := range map[time.Duration]time.Duration{
		0: time.Second, 40 * time.Millisecond: time.Second, 100 * time.Millisecond: 2 * time.Second, time.Minute: 30 * time.Second,
	} {
		if got := defaultPace.pause(walked); got != want {
			t.Errorf("%v after %v", got, walked)
		}
	}
}

func TestFollowKeepsTheLastGoodStateWhenTheFolderIsGone(t *testing.T) {
	f := newFolders(t)
	f.write(map[string]string{"go.mod": "module x", "a.go": "package a"})
	f.once()
	ctx, stop := context.WithCancel(t.Context())
	told, passed, ended := make(chan error, 100), make(chan struct{}), make(chan struct{})
	f.mirror.passed = func() {
		select {
		case passed <- struct{}{}:
		default:
		}
	}
	go func() {
		defer close(ended)
		f.mirror.Follow(ctx, func(err error) { told <- err })
	}()
	next := func() error {
		t.Helper()
		select {
		case err := <-told:
			return err
		case <-time.After(20 * time.Second):
			t.Fatal("nothing is told")
			return nil
		}
	}

	f.write(map[string]string{"a.go": "package changed"})
	if err := next(); err != nil {
		t.Error(err)
	}
	f.want(map[string]string{"go.mod": "module x", "a.go": "package changed"})

	away := f.from + "-away"
	if err := os.Rename(f.from, away); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(f.from, 0o755); err != nil {
		t.Fatal(err)
	}
	var failure *termination.Failure
	for err := next(); ; err = next() { // between the two there was no folder at all
		if errors.As(err, &failure) && failure.Reason == termination.HostPathEmpty {
			break
		}
	}
	f.want(map[string]string{"go.mod": "module x", "a.go": "package changed"})

	if err := errors.Join(os.Remove(f.from), os.Rename(away, f.from)); err != nil {
		t.Fatal(err)
	}
	for err := next(); err != nil; err = next() {
	}
	<-passed
	<-passed
	if len(told) > 0 {
		t.Errorf("told again: %v", <-told)
	}
	stop()
	<-ended
}
