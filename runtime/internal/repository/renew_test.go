package repository

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/termination"
)

// change is a commit that does everything to a tree.
var change = map[string]string{
	"main.go": "package main\n\nfunc main() { println() }\n", "run.sh": "no script any more\n", "web/static/a.txt": "", "web/static": "a file now\n",
	"new/deep/b.txt": "b\n", "tool.sh": "#!/bin/sh\n",
}

func TestAnUpdateMakesWhatGitMakes(t *testing.T) {
	for _, depth := range []int{0, 1} {
		s := newSite(t, module)
		s.config.Depth = depth
		s.get("")
		untouched, _ := os.Stat(filepath.Join(s.config.Workspace, "go.mod"))
		s.write("notes.txt", "not git's\n")
		s.get(s.repo.Commit(change))
		s.clean2("?? notes.txt")
		want := files(t, s.repo.Work)
		want["notes.txt"] = "- not git's\n"
		if got := files(t, s.config.Workspace); !maps.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		if now, _ := os.Stat(filepath.Join(s.config.Workspace, "go.mod")); !os.SameFile(untouched, now) || !now.ModTime().Equal(untouched.ModTime()) {
			t.Error("a file that is the same in both commits was written")
		}
		// a branch that was written anew is followed too: nothing of the developer's is lost
		s.repo.Git("reset", "--quiet", "--hard", "HEAD~1")
		s.get(s.repo.Commit(map[string]string{"other.txt": "x\n"}))
		s.clean2("?? notes.txt")
	}
}

// clean2 is clean but for lines of git status.
func (s *site) clean2(lines ...string) {
	s.t.Helper()
	if status := s.git("status", "--porcelain"); status != strings.Join(lines, "\n") {
		s.t.Errorf("git status: %s", status)
	}
	if found := s.git("fsck", "--full", "--no-dangling"); found != "" {
		s.t.Errorf("git fsck: %s", found)
	}
}

func TestLocalEditsAreNotTouched(t *testing.T) {
	edit := func(args ...string) func(*site) { return func(s *site) { s.git(args...) } }
	write := func(name, content string) func(*site) { return func(s *site) { s.write(name, content) } }
	commit := func(s *site) {
		s.write("mine.txt", "mine\n")
		s.git("add", "mine.txt")
		s.git("commit", "--quiet", "--message", "mine")
	}
	for _, test := range []struct {
		name string
		edit func(*site)
		text string
	}{
		{"a change", write("main.go", "mine\n"), "main.go"},
		{"a change of the same size", write("main.go", strings.ToUpper(module["main.go"])), "main.go"},
		{"a change elsewhere", write("go.mod", "module mine\n"), "go.mod"},
		{"a removal", edit("rm", "--quiet", "main.go"), "main.go"},
		{"a removal without git", func(s *site) { _ = os.Remove(filepath.Join(s.config.Workspace, "main.go")) }, "main.go"},
		{"a mode", func(s *site) { _ = os.Chmod(filepath.Join(s.config.Workspace, "main.go"), 0o755) }, "main.go"},
		{"in the index", func(s *site) { s.write("mine.txt", "mine\n"); s.git("add", "mine.txt") }, "mine.txt"},
		{"in the index alone", func(s *site) { s.git("update-index", "--chmod=+x", "main.go") }, "main.go"},
		{"a commit", commit, "not pushed"},
		{"another branch", edit("checkout", "--quiet", "-b", "mine"), `the branch "mine"`},
		{"a detached head with a commit", func(s *site) { s.git("checkout", "--quiet", "--detach"); commit(s) }, "not pushed"},
		{"a file in the way", write("tool.sh", "mine\n"), "tool.sh"},
		{"a file in the place of a folder", write("new", "mine\n"), "new"},
		{"a folder in the place of a file", write("web/static/mine.txt", "mine\n"), "web/static/mine.txt"},
		{"a file that git ignores in the way", func(s *site) { s.write(".git/info/exclude", "tool.sh\n"); s.write("tool.sh", "mine\n") }, "tool.sh"},
		{"git at work", write(".git/index.lock", ""), "index.lock"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, module)
			s.get("")
			test.edit(s)
			before, head := files(t, s.config.Workspace), s.git("rev-parse", "HEAD")
			s.repo.Commit(change)
			result := s.get(head)
			if result.Reason != termination.LocalEdits || !strings.Contains(result.Detail, test.text) {
				t.Errorf("%+v", result)
			}
			t.Log(result.Detail)
			if after := files(t, s.config.Workspace); !maps.Equal(before, after) {
				t.Errorf("touched: %v", after)
			}
			// another ref is not brought in either, and that is a failure
			s.repo.Git("checkout", "--quiet", "-b", "other")
			s.repo.Commit(nil)
			s.config.Ref = "other"
			s.fails(termination.LocalEdits)
		})
	}
}

func TestWhatIsNoLocalEdit(t *testing.T) {
	s := newSite(t, module)
	s.get("")
	// touched, but the same
	s.write("main.go", module["main.go"])
	// the file that the update brings is there already
	s.write("new/deep/b.txt", "b\n")
	// the developer pulled by himself
	s.get(s.repo.Commit(change))
	s.clean()
	third := s.repo.Commit(map[string]string{"main.go": "package main\n"})
	s.git("pull", "--quiet", "--ff-only")
	s.get(third)
	fourth := s.repo.Commit(map[string]string{"main.go": "package main // 4\n"})
	s.get(fourth)
	s.clean()
	// the developer pushed
	s.write("main.go", "package main // 5\n")
	s.git("commit", "--quiet", "--all", "--message", "five")
	gittest.In(t, s.repo.Bare, "config", "http.receivepack", "true")
	s.git("push", "--quiet", "origin", "main")
	s.repo.Git("pull", "--quiet", "origin", "main")
	s.get(s.repo.Commit(map[string]string{"six.txt": "6\n"}))
	s.clean()
}

func TestAUsableCloneStartsWithoutANetwork(t *testing.T) {
	s := newSite(t, module)
	first := s.repo.Git("rev-parse", "HEAD")
	s.get(first)
	s.repo.Commit(change)
	s.server.Before = func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "out of order", http.StatusServiceUnavailable)
		return false
	}
	if result := s.get(first); result.Reason != termination.RepositoryUnreachable || !strings.Contains(result.Detail, "stays at commit "+first[:10]) {
		t.Errorf("%+v", result)
	}
	s.config.Ref = "v1"
	s.fails(termination.RepositoryUnreachable)
	s.server.Before, s.config.Ref = nil, ""
	// a branch that is gone is no reason not to start either
	s.repo.Git("checkout", "--quiet", "-b", "other")
	second := s.repo.Commit(nil)
	s.config.Ref = "other"
	s.get(second)
	s.repo.Git("push", "--quiet", "origin", ":other")
	if result := s.get(second); result.Reason != termination.RefNotFound {
		t.Errorf("%+v", result)
	}
}

// stopped runs Get, which is killed before its nth change; it returns false if there were fewer.
func (s *site) stopped(n int) (killed bool) {
	s.t.Helper()
	g, err := open(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	defer g.close()
	g.step = func() {
		if n--; n < 0 {
			panic("killed")
		}
	}
	defer func() {
		if was := recover(); was != nil {
			if was != "killed" {
				panic(was)
			}
			killed = true
		}
	}()
	if _, err := g.get(context.Background()); err != nil {
		s.t.Fatalf("%v\n%s", err, s.log)
	}
	return false
}

func TestAKillAtAnyPointIsRepaired(t *testing.T) {
	for _, kind := range []string{"clone", "clone over files", "update", "update with submodule", "other repository"} {
		for n := 0; ; n++ {
			s := newSite(t, module)
			other := gittest.New(t, s.server.Root, "other.git", change)
			other.Commit(map[string]string{"go.mod": "module other\n"})
			want := module
			switch kind {
			case "clone over files":
				s.write("main.go", "mine\n")
				s.write("web/static", "mine\n")
			case "update", "update with submodule":
				if kind == "update with submodule" {
					s.config.Submodules = true
					withModule(t, s.repo, other, "third/lib", "../../other.git")
					s.repo.Commit(nil)
				}
				s.get("")
				s.repo.Commit(change)
				if kind == "update with submodule" {
					other.Commit(map[string]string{"main.go": "package main\n"})
					gittest.In(t, filepath.Join(s.repo.Work, "third/lib"), "pull", "--quiet", "origin", "main")
					s.repo.Commit(nil)
				}
				want = change
			case "other repository":
				s.get("")
				s.write("main.go", "mine\n")
				s.config.URL = strings.Replace(s.config.URL, "team/shop", "other", 1)
				want = change
			}
			killed := s.stopped(n)
			s.get("")
			source := s.repo
			if kind == "other repository" {
				source = other
			}
			expected := files(t, source.Work)
			switch kind {
			case "clone over files":
				expected["main.go.saved"], expected["web/static.saved"] = "- mine\n", "- mine\n"
			case "other repository":
				expected["main.go.saved"] = "- mine\n"
			}
			if got := files(t, s.config.Workspace); !maps.Equal(got, expected) {
				t.Errorf("%s, killed before change %d: got %v\nwant %v\n%s", kind, n, got, expected, s.log)
			}
			if got := s.read("main.go"); got != want["main.go"] {
				t.Errorf("%s, %d: %q", kind, n, got)
			}
			if status := s.git("status", "--porcelain", "--untracked-files=no"); status != "" {
				t.Errorf("%s, %d: git status: %s", kind, n, status)
			}
			if result := s.get(source.Git("rev-parse", "HEAD")); result.Reason != "" {
				t.Errorf("%s, %d: %+v", kind, n, result)
			}
			if t.Failed() || !killed {
				t.Logf("%s: %d points", kind, n)
				break
			}
		}
	}
}

// What the developer changes between a kill and the next start is his.
func TestAnEditAfterAKillIsKept(t *testing.T) {
	s := newSite(t, module)
	s.get("")
	second := s.repo.Commit(change)
	for n := 0; s.stopped(n); n++ {
		if s.read("main.go") == change["main.go"] {
			break
		}
		s.get(second)
		s = newSite(t, module)
		s.get("")
		second = s.repo.Commit(change)
	}
	s.write("main.go", "mine\n")
	s.get("")
	if got := s.read("main.go"); got != "mine\n" {
		t.Errorf("got %q\n%s", got, s.log)
	}
	if got, want := s.git("status", "--porcelain"), "M main.go"; strings.TrimSpace(got) != want {
		t.Errorf("git status: %s", got)
	}
	if head := s.git("rev-parse", "HEAD"); head != second {
		t.Errorf("at %s", head)
	}
}

func TestALargeUpdate(t *testing.T) {
	many := maps.Clone(module)
	for i := range 500 {
		many[fmt.Sprintf("pkg%d/file.go", i)] = fmt.Sprintf("package pkg%d\n", i)
	}
	s := newSite(t, many)
	s.get("")
	for i := range 250 {
		many[fmt.Sprintf("pkg%d/file.go", i)] = fmt.Sprintf("package pkg%d // changed\n", i)
	}
	s.get(s.repo.Commit(many))
	s.clean()
	if got, want := files(t, s.config.Workspace), files(t, s.repo.Work); !maps.Equal(got, want) {
		t.Error("not the same")
	}
}
