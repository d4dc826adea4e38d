package cache

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeyChangesWithEachInput(t *testing.T) {
	dir := t.TempDir()
	mod, sum := write(t, filepath.Join(dir, "go.mod"), "module a"), write(t, filepath.Join(dir, "go.sum"), "b")
	other := write(t, filepath.Join(t.TempDir(), "go.sum"), "c")
	base, err := Key([]string{mod, sum}, "go1.26", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		files []string
		words []string
		same  bool
	}{
		{"the same", []string{mod, sum}, []string{"go1.26", "amd64"}, true},
		{"another Go", []string{mod, sum}, []string{"go1.27", "amd64"}, false},
		{"another go.sum", []string{mod, other}, []string{"go1.26", "amd64"}, false},
		{"a file less", []string{mod}, []string{"go1.26", "amd64"}, false},
		{"words joined otherwise", []string{mod, sum}, []string{"go1.26a", "md64"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := Key(c.files, c.words...)
			if err != nil {
				t.Fatal(err)
			}
			if (key == base) != c.same {
				t.Errorf("key %s, base %s, want same: %v", key, base, c.same)
			}
		})
	}
	if _, err := Key([]string{filepath.Join(dir, "none")}); err == nil {
		t.Error("a missing file made a key")
	}
}

func TestOnceMakesOnceHoweverManyAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "thing")
	var made atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := Once(path, func(temp string) error {
				made.Add(1)
				return os.WriteFile(temp, []byte("whole"), 0o644)
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if content, err := os.ReadFile(path); made.Load() != 1 || string(content) != "whole" {
		t.Errorf("made %d times, content %q, %v", made.Load(), content, err)
	}
}

func TestOnceLeavesNothingOfAFailure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thing")
	broken := errors.New("broken")
	err := Once(path, func(temp string) error {
		os.WriteFile(temp, []byte("half"), 0o644)
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	for _, file := range []string{path, path + ".part"} {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s is there", file)
		}
	}
}

func TestOnceStartsAnewOverAKilledRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thing")
	os.MkdirAll(filepath.Join(path+".part", "half"), 0o755)
	if err := Once(path, func(temp string) error { return os.Mkdir(temp, 0o755) }); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(path); err != nil || len(entries) != 0 {
		t.Errorf("got %v, %v", entries, err)
	}
}

func TestPruneRemovesOnlyWhatWasNotUsed(t *testing.T) {
	dir := t.TempDir()
	old, used := write(t, filepath.Join(dir, "old"), ""), write(t, filepath.Join(dir, "used"), "")
	longAgo := time.Now().AddDate(0, -1, 0)
	os.Chtimes(old, longAgo, longAgo)
	os.Chtimes(used, longAgo, longAgo)
	if err := Once(used, func(string) error { return errors.New("it is there") }); err != nil {
		t.Fatal(err)
	}
	if err := Prune(dir, time.Now().AddDate(0, 0, -14)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old one is still there")
	}
	if _, err := os.Stat(used); err != nil {
		t.Error(err)
	}
}
