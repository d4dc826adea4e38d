package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

func TestEachWayEndsWithTheAnswerItPromises(t *testing.T) {
	for _, w := range editors {
		t.Run(w.name, func(t *testing.T) {
			// Given
			dir := t.TempDir()
			if err := small.make(dir); err != nil {
				t.Fatal(err)
			}
			editor, err := newEditor(small, dir)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()

			// When
			answer, saved, err := w.save(editor, func() error { return nil })

			// Then
			if err != nil || saved.Before(began) {
				t.Fatal(saved, err)
			}
			content, err := os.ReadFile(filepath.Join(dir, small.edited))
			if err != nil || string(content) != strings.Replace(helloMain, `"ANSWER"`, `"`+answer+`"`, 1) {
				t.Errorf("%v\n%s", err, content)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
				t.Errorf("left over: %v, %v", entries, err)
			}
			if next, _ := editor.next(); next == answer {
				t.Errorf("the next answer is %s again", next)
			}
		})
	}
}

func TestACopyOfTheModuleCacheCanBeEdited(t *testing.T) {
	dir := t.TempDir()
	from := fstest.MapFS{"a/b.go": {Data: []byte("package a\n"), Mode: 0o444}, "a": {Mode: 0o555 | fs.ModeDir}}
	if err := os.CopyFS(dir, writable{from}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "a/b.go"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode()&0o200 == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestPercentile(t *testing.T) {
	var all []result
	for i := range 20 {
		all = append(all, result{took: time.Duration(20-i) * time.Millisecond})
	}
	took := func(r result) time.Duration { return r.took }
	for part, want := range map[float64]int64{0.5: 10, 0.95: 19, 1: 20} {
		if got := percentile(all, took, part); got != want {
			t.Errorf("%v: got %d, want %d", part, got, want)
		}
	}
	if got := percentile(nil, took, 0.5); got != 0 {
		t.Errorf("of none: %d", got)
	}
}

func TestWhatAToolLeavesBehindEnds(t *testing.T) {
	// Given
	if err := adopt(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("/bin/sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!").Output()
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || syscall.Kill(pid, 0) != nil {
		t.Fatal("nothing is left behind", err)
	}

	// When
	endOrphans()

	// Then
	if err := syscall.Kill(pid, 0); err == nil {
		t.Errorf("process %d is there", pid)
	}
}
