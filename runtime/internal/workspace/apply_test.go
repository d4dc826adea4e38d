package workspace

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
)

type files map[string]string

func (f files) source() Source {
	tree := map[string]Content{}
	for name, content := range f {
		tree[name] = Bytes([]byte(content))
	}
	return Source{Identity: fmt.Sprint(map[string]string(f)), Files: tree}
}

func (f files) hashes(t *testing.T) map[string]string {
	t.Helper()
	hashes, err := f.source().hashes()
	if err != nil {
		t.Fatal(err)
	}
	return hashes
}

func apply(t *testing.T, dir string, f files) Report {
	t.Helper()
	report, err := Apply(dir, f.source())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// contents are the regular files and the links of dir but godevd's own.
func contents(t *testing.T, dir string) files {
	t.Helper()
	found := files{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err != nil || name == Folder {
			return filepath.SkipDir
		}
		switch {
		case entry.Type().IsRegular():
			content, err := os.ReadFile(path)
			found[name] = string(content)
			return err
		case entry.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			found[name] = "→ " + target
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// cases describe a change of the source over edits of the developer's.
var cases = map[string]struct {
	before files
	edit   func(dir string) error
	after  files
	want   files
	saved  []Move
}{
	"nothing edited": {
		before: files{"a": "1", "b/c": "1", "gone/x": "1"},
		after:  files{"a": "2", "b/c": "1", "new/y": "1"},
		want:   files{"a": "2", "b/c": "1", "new/y": "1"},
	},
	"edited and changed": {
		before: files{"a": "1", "b": "1"}, edit: write("a", "mine"),
		after: files{"a": "2", "b": "2"},
		want:  files{"a": "2", "a.saved": "mine", "b": "2"}, saved: []Move{{"a", "a.saved"}},
	},
	"edited and removed": {
		before: files{"d/a": "1", "b": "1"}, edit: write("d/a", "mine"),
		after: files{"b": "1"},
		want:  files{"d/a.saved": "mine", "b": "1"}, saved: []Move{{"d/a", "d/a.saved"}},
	},
	"edited to what comes": {
		before: files{"a": "1"}, edit: write("a", "2"),
		after: files{"a": "2"},
		want:  files{"a": "2"},
	},
	"the developer's own files stay": {
		before: files{"d/a": "1"}, edit: write("d/mine", "x"),
		after: files{"b": "1"},
		want:  files{"d/mine": "x", "b": "1"},
	},
	"the developer's own file is in the way": {
		before: files{"a": "1"}, edit: write("b", "mine"),
		after: files{"a": "1", "b": "theirs"},
		want:  files{"a": "1", "b": "theirs", "b.saved": "mine"}, saved: []Move{{"b", "b.saved"}},
	},
	"a save is never overwritten": {
		before: files{"a": "1"}, edit: all(write("a.saved", "older"), write("a", "mine")),
		after: files{"a": "2"},
		want:  files{"a": "2", "a.saved": "older", "a.saved1": "mine"}, saved: []Move{{"a", "a.saved1"}},
	},
	"a file becomes a folder": {
		before: files{"a": "1"},
		after:  files{"a/b": "1"},
		want:   files{"a/b": "1"},
	},
	"a folder becomes a file": {
		before: files{"a/b": "1"},
		after:  files{"a": "1"},
		want:   files{"a": "1"},
	},
	"an edited file becomes a folder": {
		before: files{"a": "1"}, edit: write("a", "mine"),
		after: files{"a/b": "1"},
		want:  files{"a/b": "1", "a.saved": "mine"}, saved: []Move{{"a", "a.saved"}},
	},
	"a folder with the developer's file becomes a file": {
		before: files{"a/b": "1"}, edit: write("a/mine", "x"),
		after: files{"a": "1"},
		want:  files{"a": "1", "a.saved/mine": "x"}, saved: []Move{{"a", "a.saved"}},
	},
	"a link out of the workspace is not followed": {
		before: files{"d/a": "1"},
		edit: func(dir string) error {
			if err := os.RemoveAll(filepath.Join(dir, "d")); err != nil {
				return err
			}
			return os.Symlink("/nowhere", filepath.Join(dir, "d"))
		},
		after: files{"d/a": "2"},
		want:  files{"d/a": "2", "d.saved": "→ /nowhere"}, saved: []Move{{"d", "d.saved"}},
	},
	"a link in the place of a removed folder stays": {
		before: files{"d/a": "1", "e/a": "1"},
		edit: func(dir string) error {
			if err := os.RemoveAll(filepath.Join(dir, "d")); err != nil {
				return err
			}
			return os.Symlink("e", filepath.Join(dir, "d"))
		},
		after: files{"e/a": "1"},
		want:  files{"e/a": "1", "d": "→ e"},
	},
	"a deleted file comes back": {
		before: files{"a": "1", "b": "1"}, edit: func(dir string) error { return os.Remove(filepath.Join(dir, "a")) },
		after: files{"a": "1", "b": "2"},
		want:  files{"a": "1", "b": "2"},
	},
}

func TestApply(t *testing.T) {
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			dir := given(t, test.before, test.edit)
			report := apply(t, dir, test.after)
			if got := contents(t, dir); !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if !reflect.DeepEqual(report.Saved, test.saved) {
				t.Errorf("saved %v, want %v", report.Saved, test.saved)
			}
			if current, err := Current(dir, test.after.source().Identity); err != nil || !current {
				t.Errorf("Current() = %v, %v", current, err)
			}
		})
	}
}

// A kill before any change of the workspace, and then another run, ends as a run that was not killed.
func TestApplySurvivesAKillAtEveryStep(t *testing.T) {
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				dir := given(t, test.before, test.edit)
				if !killedAt(t, dir, test.after, n) {
					break
				}
				if current, _ := Current(dir, test.after.source().Identity); current {
					t.Fatalf("step %d: the manifest says it is done", n)
				}
				apply(t, dir, test.after)
				if got := contents(t, dir); !maps.Equal(got, test.want) {
					t.Fatalf("killed at step %d: got %v, want %v", n, got, test.want)
				}
			}
		})
	}
}

func TestApplySurvivesAKillAndAnotherSource(t *testing.T) {
	for n := 1; ; n++ {
		dir := given(t, files{"a": "1", "b": "1"}, write("b", "mine"))
		if !killedAt(t, dir, files{"a": "2", "b": "2", "c": "2"}, n) {
			break
		}
		apply(t, dir, files{"a": "3", "b": "3"})
		want := files{"a": "3", "b": "3", "b.saved": "mine"}
		if got := contents(t, dir); !maps.Equal(got, want) {
			t.Fatalf("killed at step %d: got %v", n, got)
		}
	}
}

func TestApplyWritesFilesTheDeveloperCanEdit(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, files{"d/a": "1"})
	info, err := os.Stat(filepath.Join(dir, "d", "a"))
	if err != nil || info.Mode() != 0o644 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// The source of a mirror is a folder that others write to.
func TestWhatChangedSinceItsHashWasTakenIsStillGodevds(t *testing.T) {
	dir := given(t, files{"a": "1"}, nil)
	source := files{"a": "3"}.source()
	source.Hashes = files{"a": "2"}.hashes(t)
	if _, err := Apply(dir, source); err != nil {
		t.Fatal(err)
	}
	if report := apply(t, dir, files{"a": "4"}); len(report.Saved) > 0 {
		t.Errorf("taken for an edit: %v", report.Saved)
	}
}

func TestHashesAreThoseOfTheSource(t *testing.T) {
	dir := given(t, files{"go.mod": "1", "a": "1"}, nil)
	if err := Adopt(dir, []string{"go.mod"}, func() error { return write("go.mod", "completed")(dir) }); err != nil {
		t.Fatal(err)
	}
	before := files{"go.mod": "1", "a": "1"}
	if got, err := Hashes(dir, before.source().Identity); err != nil || !maps.Equal(got, before.hashes(t)) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := Hashes(dir, "another"); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestADamagedManifestLosesNothing(t *testing.T) {
	dir := given(t, files{"a": "1"}, write("a", "mine"))
	if err := write(manifestName, "{")(dir); err != nil {
		t.Fatal(err)
	}
	apply(t, dir, files{"a": "2"})
	if got := contents(t, dir); !maps.Equal(got, files{"a": "2", "a.saved": "mine"}) {
		t.Errorf("got %v", got)
	}
}

func TestAdoptTellsCompletionFromEdit(t *testing.T) {
	for name, edit := range map[string]func(string) error{"not edited": nil, "edited": write("go.mod", "mine")} {
		dir := given(t, files{"go.mod": "1"}, edit)
		err := Adopt(dir, []string{"go.mod", "go.sum"}, func() error {
			return all(write("go.mod", "completed"), write("go.sum", "sums"))(dir)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := files{"go.mod": "2"}
		if edit != nil {
			want["go.mod.saved"] = "completed"
		}
		apply(t, dir, files{"go.mod": "2"})
		if got := contents(t, dir); !maps.Equal(got, want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestAdoptForgetsNoSourceThatCameMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile files
		complete  string
	}{
		"other files":                  {files{"go.mod": "1", "new.go": "1"}, "completed"},
		"go.mod before its completion": {files{"go.mod": "2", "new.go": "1"}, "completed"},
		"go.mod, which was complete":   {files{"go.mod": "2", "new.go": "1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := given(t, files{"go.mod": "1", "gone.go": "1"}, nil)
			if err := Adopt(dir, []string{"go.mod", "go.sum"}, func() error {
				apply(t, dir, c.meanwhile)
				if c.complete == "" {
					return nil
				}
				return write("go.mod", c.complete)(dir)
			}); err != nil {
				t.Fatal(err)
			}
			if current, err := Current(dir, c.meanwhile.source().Identity); err != nil || !current {
				t.Errorf("Current() = %v, %v", current, err)
			}
			// new.go is known to be godevd's, and go.mod too
			apply(t, dir, files{"go.mod": "3"})
			if got := contents(t, dir); !maps.Equal(got, files{"go.mod": "3"}) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestApplyAndAdoptAtTheSameTime(t *testing.T) {
	dir := given(t, files{"go.mod": "0", "a.go": "0"}, nil)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if _, err := Apply(dir, files{"go.mod": "0", "a.go": fmt.Sprint(n)}.source()); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if err := Adopt(dir, []string{"go.mod"}, func() error { return write("go.mod", fmt.Sprint(n))(dir) }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	apply(t, dir, files{"go.mod": "1"})
	if got := contents(t, dir); !maps.Equal(got, files{"go.mod": "1"}) {
		t.Errorf("something of godevd's was taken for the developer's: %v", got)
	}
}

func TestWhatIsBeingAdoptedIsNotTheDevelopers(t *testing.T) {
	for name, edit := range map[string]func(string) error{"not edited": nil, "edited": write("go.mod", "mine")} {
		dir := given(t, files{"go.mod": "1"}, edit)
		if err := Adopt(dir, []string{"go.mod"}, func() error {
			err := write("go.mod", "half completed")(dir)
			apply(t, dir, files{"go.mod": "2"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want := files{"go.mod": "2"}
		if edit != nil {
			want["go.mod.saved"] = "half completed"
		}
		if got := contents(t, dir); !maps.Equal(got, want) {
			t.Errorf("%s: got %v", name, got)
		}
		if err := write("go.mod", "mine")(dir); err != nil {
			t.Fatal(err)
		}
		// When it is over, an edit is the developer's again
		if report := apply(t, dir, files{"go.mod": "3"}); len(report.Saved) != 1 {
			t.Errorf("%s: %+v", name, report)
		}
	}
}

func given(t *testing.T, before files, edit func(string) error) string {
	t.Helper()
	dir := t.TempDir()
	apply(t, dir, before)
	if edit != nil {
		if err := edit(dir); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// killedAt runs Apply up to its nth step, and reports false if it has fewer.
func killedAt(t *testing.T, dir string, f files, n int) (killed bool) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	type kill struct{}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(kill); !ok {
				panic(r)
			}
			killed = true
		}
	}()
	steps := 0
	a := &applier{root: root, source: f.source(), step: func() {
		if steps++; steps == n {
			panic(kill{})
		}
	}}
	if err := a.apply(); err != nil {
		t.Fatal(err)
	}
	return false
}
