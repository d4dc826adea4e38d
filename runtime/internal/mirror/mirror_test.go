package mirror

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	f.mirror = New(f.from, f.workspace, &f.log)
	return f
}

func (f *folders) write(files map[string]string) {
	f.t.Helper()
	goproxytest.WriteFiles(f.t, f.from, files)
}

func (f *folders) once() bool {
	f.t.Helper()
	changed, err := f.mirror.Once()
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
		".git/config": "3", workspace.Folder + "/lock": "4",
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
	// the same size and time, so that it looks unchanged
	file := filepath.Join(f.from, "a.go")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	f.write(map[string]string{"a.go": "package b", "b.go": "package b"})
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
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
		_, err := f.mirror.Once()
		var failure *termination.Failure
		if !errors.As(err, &failure) || failure.Reason != c.reason || !strings.HasPrefix(failure.Detail, "spec.source.hostPath.path: ") {
			t.Errorf("%v: %v", c.files, err)
		}
		f.want(map[string]string{})
	}
}

func TestFollowKeepsTheLastGoodStateWhenTheFolderIsGone(t *testing.T) {
	f := newFolders(t)
	f.write(map[string]string{"go.mod": "module x", "a.go": "package a"})
	f.once()
	ctx, stop := context.WithCancel(t.Context())
	told, ended := make(chan error, 100), make(chan struct{})
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
	stop()
	<-ended
	if len(told) > 0 {
		t.Errorf("told again: %v", <-told)
	}
}
