package receive

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// cases are batches over what an earlier one brought and what something in the pod made of it.
var cases = map[string]struct {
	brought []header
	inPod   map[string]string
	remove  []string
	rename  []Move
	write   []header
	want    map[string]string
	kept    []Move
	missing []Move
}{
	"files, folders, links": {
		write: []header{dir("a"), file("a/b", "1"), link("a/c", "b"), dir("empty"), file("go.mod", "module x\r\n")},
		want:  map[string]string{"a": "/", "a/b": "1", "a/c": "→ b", "empty": "/", "go.mod": "module x\r\n"},
	},
	"folders need not be sent": {
		write: []header{file("a/b/c", "1")},
		want:  map[string]string{"a": "/", "a/b": "/", "a/b/c": "1"},
	},
	"changed and removed": {
		brought: []header{file("a", "1"), file("b", "1"), dir("d"), file("d/e", "1")},
		remove:  []string{"b", "d", "d/e"}, write: []header{file("a", "2")},
		want: map[string]string{"a": "2"},
	},
	"renamed out of a folder that goes": {
		brought: []header{dir("d"), file("d/a", "1"), file("d/b", "1")},
		remove:  []string{"d", "d/b"}, rename: []Move{{"d/a", "new/a"}}, write: []header{dir("new")},
		want: map[string]string{"new": "/", "new/a": "1"},
	},
	"a file becomes a folder": {
		brought: []header{file("a", "1")},
		remove:  []string{"a"}, write: []header{dir("a"), file("a/b", "1")},
		want: map[string]string{"a": "/", "a/b": "1"},
	},
	"a file becomes a folder with a renamed file": {
		brought: []header{file("a", "1"), file("b", "2")},
		remove:  []string{"a"}, rename: []Move{{"b", "a/b"}}, write: []header{dir("a")},
		want: map[string]string{"a": "/", "a/b": "2"},
	},
	"a folder becomes a file": {
		brought: []header{dir("a"), dir("a/b"), file("a/b/c", "1")},
		remove:  []string{"a", "a/b", "a/b/c"}, write: []header{file("a", "1")},
		want: map[string]string{"a": "1"},
	},
	"a link becomes a folder, and a folder a link": {
		brought: []header{link("a", "b"), dir("b"), file("b/c", "1")},
		remove:  []string{"a", "b", "b/c"}, write: []header{link("b", "a"), dir("a"), file("a/c", "1")},
		want: map[string]string{"a": "/", "a/c": "1", "b": "→ a"},
	},
	"a change of case": {
		brought: []header{file("Main.go", "1")},
		rename:  []Move{{"Main.go", "main.go"}},
		want:    map[string]string{"main.go": "1"},
	},
	"what the pod made stays": {
		brought: []header{dir("d"), file("d/a", "1")},
		inPod:   map[string]string{"go.sum": "sums", "d/tmp/out": "x"},
		remove:  []string{"d", "d/a", "go.sum", "d/tmp/out"},
		want:    map[string]string{"go.sum": "sums", "d": "/", "d/tmp": "/", "d/tmp/out": "x"},
	},
	"what the pod made is kept when it is in the way": {
		inPod: map[string]string{"a": "mine", "b/c": "mine", "same": "1"},
		write: []header{file("a", "1"), file("b", "1"), file("same", "1")},
		want:  map[string]string{"a": "1", "a.saved": "mine", "b": "1", "b.saved": "/", "b.saved/c": "mine", "same": "1"},
		kept:  []Move{{"a", "a.saved"}, {"b", "b.saved"}},
	},
	"a save is never overwritten": {
		inPod: map[string]string{"a": "mine", "a.saved": "older"},
		write: []header{file("a", "1")},
		want:  map[string]string{"a": "1", "a.saved": "older", "a.saved1": "mine"},
		kept:  []Move{{"a", "a.saved1"}},
	},
	"an edit in the pod is kept": {
		brought: []header{file("a", "1"), file("b", "1")},
		inPod:   map[string]string{"a": "edited", "b": "edited"},
		remove:  []string{"b"}, write: []header{file("a", "2")},
		want: map[string]string{"a": "2", "a.saved": "edited", "b.saved": "edited"},
		kept: []Move{{"b", "b.saved"}, {"a", "a.saved"}},
	},
	"what the go command completes is no edit": {
		brought: []header{file("go.mod", "1"), file("go.sum", "1")},
		inPod:   map[string]string{"go.mod": "completed", "go.sum": "completed"},
		remove:  []string{"go.sum"}, write: []header{file("go.mod", "2")},
		want: map[string]string{"go.mod": "2"},
	},
	"a rename of an edited file is not done": {
		brought: []header{file("a", "1")},
		inPod:   map[string]string{"a": "edited"},
		rename:  []Move{{"a", "b"}, {"nothing", "c"}},
		want:    map[string]string{"a": "edited"},
		missing: []Move{{"a", "b"}, {"nothing", "c"}},
	},
	"nothing goes through a link": {
		brought: []header{dir("real")},
		inPod:   map[string]string{"way": "→ real", "out": "→ /nowhere"},
		write:   []header{file("way/a", "1"), file("out/a", "1")},
		want: map[string]string{"real": "/", "way": "/", "way/a": "1", "way.saved": "→ real",
			"out": "/", "out/a": "1", "out.saved": "→ /nowhere"},
		kept: []Move{{"way", "way.saved"}, {"out", "out.saved"}},
	},
	"nothing is removed through a link": {
		brought: []header{dir("d"), file("d/a", "1"), dir("e"), file("e/a", "1")},
		inPod:   map[string]string{"d": "→ e"},
		remove:  []string{"d/a", "d"},
		want:    map[string]string{"d": "→ e", "e": "/", "e/a": "1"},
	},
}

func TestPush(t *testing.T) {
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			// Given
			root := t.TempDir()
			c := connect(t, Config{Dir: root}, Hello{Client: "alice"})
			c.manifest()
			if len(test.brought) > 0 {
				c.push(Begin{}, test.brought...)
			}
			for name, content := range test.inPod {
				if _, err := os.Lstat(filepath.Join(root, name)); err == nil {
					if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
						t.Fatal(err)
					}
				}
				put(t, root, name, content)
			}

			// When
			ack := c.push(Begin{Remove: test.remove, Rename: test.rename}, test.write...)

			// Then
			if got := contents(t, root); !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if !reflect.DeepEqual(ack.Kept, test.kept) {
				t.Errorf("kept %v, want %v", ack.Kept, test.kept)
			}
			if !reflect.DeepEqual(ack.Missing, test.missing) {
				t.Errorf("missing %v, want %v", ack.Missing, test.missing)
			}
			c.bye()
		})
	}
}

func TestModesAndTimesAreTheClients(t *testing.T) {
	root := t.TempDir()
	c := connect(t, Config{Dir: root}, Hello{Client: "alice"})
	c.manifest()
	script := file("run.sh", "#!/bin/sh\n")
	script.Mode = 0o4777
	c.push(Begin{}, script, file("a", "1"))
	for name, mode := range map[string]os.FileMode{"run.sh": 0o755, "a": 0o644} {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil || info.Mode() != mode || !info.ModTime().Equal(saved) {
			t.Errorf("%s: %v, %v, %v", name, info.Mode(), info.ModTime(), err)
		}
	}
}

func TestTheNextSessionKnowsWhatIsThere(t *testing.T) {
	// Given
	root := t.TempDir()
	c := connect(t, Config{Dir: root}, Hello{Client: "alice"})
	if entries := c.manifest(); len(entries) != 0 {
		t.Errorf("a new workspace has %v", entries)
	}
	c.push(Begin{}, dir("d"), file("d/a", "1"), link("d/l", "a"), file("gone", "1"), file("edited", "1"), file("go.sum", "1"))
	// a batch that is cut at its end
	c.begin(Begin{Remove: []string{"d/a"}}, file("half", "1"))
	_ = c.in.Close()
	if err := c.end(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "gone")); err != nil {
		t.Fatal(err)
	}
	put(t, root, "edited", "in the pod")
	put(t, root, "go.sum", "completed")
	put(t, root, "made", "in the pod")

	// When
	c = connect(t, Config{Dir: root}, Hello{Client: "alice"})
	entries := c.manifest()

	// Then
	const hash = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b" // of 1
	time := saved.UnixNano()
	want := map[string]Entry{
		"d": {Path: "d", Kind: "d"}, "d/a": {Path: "d/a", Kind: "f", Size: 1, Time: time, Hash: hash},
		"d/l":    {Path: "d/l", Kind: "l", Hash: "a"},
		"edited": {Path: "edited", Kind: "f", Size: 1, Time: time},
		"go.sum": {Path: "go.sum", Kind: "f", Size: 1, Time: time, Hash: hash},
	}
	if !maps.Equal(entries, want) {
		t.Errorf("got %v, want %v", entries, want)
	}
	stage, err := os.ReadDir(filepath.Join(root, stageName))
	if err != nil || len(stage) != 0 {
		t.Errorf("of the batch that was cut there is left %v, %v", stage, err)
	}
}

func TestABatchThatIsAbortedChangesNothing(t *testing.T) {
	root := t.TempDir()
	c := connect(t, Config{Dir: root}, Hello{Client: "alice"})
	c.manifest()
	c.push(Begin{}, file("a", "1"))
	c.begin(Begin{Remove: []string{"a"}})
	c.data(archive(file("b", "1"))[:20])
	c.send(frameAbort, nil)
	if ack := expect[Ack](c, frameAck); ack.Removed+ack.Written != 0 {
		t.Errorf("got %v", ack)
	}
	c.push(Begin{}, file("c", "1"))
	if got := contents(t, root); !maps.Equal(got, map[string]string{"a": "1", "c": "1"}) {
		t.Errorf("got %v", got)
	}
}

// What may not be removed is still sync's: the next session tells of it, and can remove it.
func TestWhatWasRefusedIsNotForgotten(t *testing.T) {
	// Given
	root := dirOfNobody(t)
	c := connectProcess(t, root, Hello{Client: "alice"})
	c.manifest()
	c.push(Begin{}, dir("d"), file("d/a", "1"), file("d/b", "1"), file("e", "1"), file("f", "1"))
	if err := os.Chmod(filepath.Join(root, "d"), 0o555); err != nil {
		t.Fatal(err)
	}

	// When
	ack := c.push(Begin{Remove: []string{"d/a", "e"}, Rename: []Move{{"d/b", "b"}}}, file("d/c", "1"), file("g", "1"))
	only := c.push(Begin{Remove: []string{"d/a"}})
	c.send(frameBye, nil)
	_ = c.in.Close()
	if err := c.end(); err != nil {
		t.Fatal(err)
	}

	// Then
	if len(ack.Refused) != 3 || ack.Removed != 1 || ack.Written != 1 || len(only.Refused) != 1 {
		t.Errorf("%+v, %+v", ack, only)
	}
	c = connect(t, Config{Dir: root}, Hello{Client: "alice"})
	got := slices.Sorted(maps.Keys(c.manifest()))
	if want := []string{"d", "d/a", "d/b", "f", "g"}; !slices.Equal(got, want) {
		t.Errorf("the next session knows %v, not %v", got, want)
	}
	if err := os.Chmod(filepath.Join(root, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	if again := c.push(Begin{Remove: []string{"d/a"}}); again.Removed != 1 {
		t.Errorf("%+v", again)
	}
	c.bye()
}
