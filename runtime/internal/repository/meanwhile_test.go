package repository

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"godev.io/runtime/internal/termination"
)

// during lets the developer do something before the last request of the next Get: while the fetch goes on.
func (s *site) during(edit func()) {
	var once sync.Once
	s.server.Before = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			once.Do(edit)
		}
		return true
	}
}

func TestAnEditDuringTheFetchIsALocalEdit(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(*site)
		text string
	}{
		"a change":                         {func(s *site) { s.write("main.go", "mine\n") }, "main.go"},
		"a change where the update is not": {func(s *site) { s.write("go.mod", "module mine\n") }, "go.mod"},
		"a commit": {func(s *site) {
			s.git("commit", "--quiet", "--allow-empty", "--message", "mine")
		}, "while this one was fetched"},
		"another branch": {func(s *site) { s.git("checkout", "--quiet", "-b", "mine") }, `the branch "mine"`},
	} {
		t.Run(name, func(t *testing.T) {
			// Given
			s := newSite(t, module)
			s.get("")
			second := s.repo.Commit(change)
			var before map[string]string
			head := ""
			s.during(func() {
				test.edit(s)
				before, head = files(t, s.config.Workspace), s.git("rev-parse", "HEAD")
			})

			// When
			result := s.get("")

			// Then
			if head == "" || result.Commit != head || result.Reason != termination.LocalEdits || !strings.Contains(result.Detail, test.text) {
				t.Errorf("%+v, not at %s", result, head)
			}
			t.Log(result.Detail)
			if after := files(t, s.config.Workspace); !maps.Equal(before, after) || s.git("rev-parse", "HEAD") == second {
				t.Errorf("touched: %v", after)
			}
			if _, err := os.Stat(filepath.Join(s.config.Workspace, ".git/index.lock")); err == nil {
				t.Error("the lock was left")
			}
		})
	}
}

// The last moment of all: between the look and the change of the file.
func TestAnEditDuringTheCheckoutIsKeptAndTold(t *testing.T) {
	s := newSite(t, module)
	s.get("")
	second := s.repo.Commit(change)
	g, err := open(s.config)
	if err != nil {
		t.Fatal(err)
	}
	defer g.close()
	steps := 0
	g.step = func() {
		if steps++; steps == 2 { // after the lock, the note of what is next
			s.write("main.go", "mine\n")
		}
	}
	result, err := g.get(context.Background())
	if err != nil || result.Commit != second || result.Reason != termination.LocalEdits || !strings.Contains(result.Detail, "main.go") {
		t.Errorf("%+v, %v", result, err)
	}
	t.Log(result.Detail)
	if got := s.read("main.go"); got != "mine\n" {
		t.Errorf("got %q", got)
	}
	s.clean2("M main.go")
}

func TestAFullDiskLeavesNoLock(t *testing.T) {
	// Given
	s := newSite(t, module)
	s.get("")
	second := s.repo.Commit(change)
	inTheWay := filepath.Join(s.config.Workspace, ".git", stateName+".new")
	if err := os.Mkdir(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	if result := s.get(""); result.Reason == "" || result.Commit == second {
		t.Fatalf("the state was written into a folder: %+v", result)
	}
	if locks, _ := filepath.Glob(filepath.Join(s.config.Workspace, ".git", "*.lock")); len(locks) > 0 {
		t.Errorf("left: %v", locks)
	}

	// When
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	result := s.get(second)

	// Then
	if result.Reason != "" {
		t.Errorf("%+v", result)
	}
	s.clean()
}
