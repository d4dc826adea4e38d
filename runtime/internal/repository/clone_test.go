package repository

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/termination"
)

func TestACloneIsWhatGitMakes(t *testing.T) {
	s := newSite(t, module)
	if err := os.Symlink("web/static", filepath.Join(s.repo.Work, "assets")); err != nil {
		t.Fatal(err)
	}
	commit := s.repo.Commit(nil)
	s.get(commit)
	s.clean()
	if got, want := files(t, s.config.Workspace), files(t, s.repo.Work); !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if branch := s.git("rev-parse", "--abbrev-ref", "HEAD"); branch != "main" {
		t.Errorf("on %s", branch)
	}
	if upstream := s.git("rev-parse", "--abbrev-ref", "@{upstream}"); upstream != "origin/main" {
		t.Errorf("upstream %s", upstream)
	}
	if history := s.git("log", "--oneline"); strings.Count(history, "\n") != 0 {
		t.Errorf("history: %s", history)
	}
	// git goes on from there
	s.git("fetch", "--quiet")
	s.git("fetch", "--quiet", "--unshallow")
	s.clean()
	// again costs one question
	before := s.server.Requests.Load()
	s.get(commit)
	if asked := s.server.Requests.Load() - before; asked != 1 {
		t.Errorf("%d requests for nothing new", asked)
	}
}

func TestDepth(t *testing.T) {
	for depth, commits := range map[int]string{0: "4", 1: "1", 3: "3"} {
		s := newSite(t, module)
		for range 3 {
			s.repo.Commit(nil)
		}
		s.config.Depth = depth
		s.get("")
		s.clean()
		if got := s.git("rev-list", "--count", "HEAD"); got != commits {
			t.Errorf("depth %d: %s commits", depth, got)
		}
	}
}

func TestRefs(t *testing.T) {
	s := newSite(t, module)
	first := s.repo.Git("rev-parse", "HEAD")
	s.repo.Git("tag", "light")
	second := s.repo.Commit(map[string]string{"b.txt": "b\n"})
	s.repo.Git("tag", "--annotate", "--message", "it", "v1.0.0")
	s.repo.Git("tag", "--annotate", "--message", "it", "of-a-tag", "v1.0.0")
	s.repo.Git("checkout", "--quiet", "-b", "feature/x")
	third := s.repo.Commit(map[string]string{"c.txt": "c\n"})
	s.repo.Git("branch", "light-too", "light")
	s.repo.Git("checkout", "--quiet", "main")
	fourth := s.repo.Commit(map[string]string{"d.txt": "d\n"})
	gittest.In(t, s.repo.Bare, "update-ref", "refs/changes/1/head", third)
	for _, test := range []struct{ ref, commit, branch string }{
		{"", fourth, "main"},
		{"main", fourth, "main"},
		{"refs/heads/main", fourth, "main"},
		{"feature/x", third, "feature/x"},
		{"light", first, "HEAD"},
		{"refs/tags/light", first, "HEAD"},
		{"v1.0.0", second, "HEAD"},
		{"of-a-tag", second, "HEAD"},
		{"refs/changes/1/head", third, "HEAD"},
		{fourth, fourth, "HEAD"},     // the head of a branch
		{second, second, "HEAD"},     // what this server hands out only with a branch
		{second[:7], second, "HEAD"}, // even length
		{strings.ToUpper(first[:12]), first, "HEAD"},
		{third[:9], third, "HEAD"},
	} {
		t.Run(test.ref, func(t *testing.T) {
			s.t = t
			s.config.Workspace, s.config.Ref = t.TempDir(), test.ref
			s.get(test.commit)
			s.clean()
			if branch := s.git("rev-parse", "--abbrev-ref", "HEAD"); branch != test.branch {
				t.Errorf("on %s", branch)
			}
			s.get(test.commit)
		})
	}
	s.t = t
	s.config.Workspace = t.TempDir()
	for _, ref := range []string{"nowhere", "refs/heads/nowhere", "abcdef0", strings.Repeat("ab", 20)} {
		s.config.Ref = ref
		s.fails(termination.RefNotFound, "spec.source.git.ref: ", ref, "feature/x")
		if left := files(t, s.config.Workspace); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	}
}

func TestAServerThatHandsOutCommits(t *testing.T) {
	s := newSite(t, module)
	gittest.In(t, s.repo.Bare, "config", "uploadpack.allowReachableSHA1InWant", "true")
	first := s.repo.Git("rev-parse", "HEAD")
	s.repo.Commit(nil)
	s.config.Ref = first
	s.get(first)
	s.clean()
	if count := s.git("rev-list", "--count", "--all"); count != "1" {
		t.Errorf("%s commits", count)
	}
}

func TestAnotherRefIsCheckedOut(t *testing.T) {
	s := newSite(t, module)
	first := s.repo.Git("rev-parse", "HEAD")
	s.repo.Git("checkout", "--quiet", "-b", "next")
	second := s.repo.Commit(map[string]string{"web/static/a.txt": "", "web/b.txt": "b\n", "run.sh": "no script\n"})
	s.get(first)
	for _, step := range []struct{ ref, commit string }{{"next", second}, {first, first}, {"", first}, {"next", second}} {
		s.config.Ref = step.ref
		s.get(step.commit)
		s.clean()
	}
	if got, want := files(t, s.config.Workspace), files(t, s.repo.Work); !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	s.config.Ref = "nowhere"
	s.fails(termination.RefNotFound)
}

func TestDirectories(t *testing.T) {
	s := newSite(t, module)
	s.config.Directory = "web"
	s.get("")
	s.config.Directory = "web/static"
	s.fails(termination.GoModMissing, "spec.source.git.directory: ", "web/static")
	s.config.Directory = "shop"
	s.fails(termination.DirectoryNotFound, "spec.source.git.directory: ", `"shop"`)
	s.config.Directory = "main.go"
	s.fails(termination.DirectoryNotFound)
}

func TestWhatWasInTheWorkspaceIsKept(t *testing.T) {
	s := newSite(t, module)
	s.write("main.go", "mine\n")
	s.write("go.mod", module["go.mod"])
	s.write("web", "a file in the place of a folder\n")
	s.write("notes.txt", "notes\n")
	s.write(".git/config", "[core]\n")
	s.get("")
	for name, want := range map[string]string{
		"main.go": module["main.go"], "main.go.saved": "mine\n", "web.saved": "a file in the place of a folder\n",
		"notes.txt": "notes\n", ".git.saved/config": "[core]\n", "web/static/a.txt": "a\n",
	} {
		if got := s.read(name); got != want {
			t.Errorf("%s holds %q", name, got)
		}
	}
	if strings.Contains(s.read("go.mod.saved"), "module") {
		t.Error("a file with the same content was kept twice")
	}
	if status := s.git("status", "--porcelain", "--untracked-files=no"); status != "" {
		t.Errorf("git status: %s", status)
	}
}

func TestAnotherRepositoryTakesThePlace(t *testing.T) {
	s := newSite(t, module)
	s.get("")
	s.write("main.go", "mine\n")
	s.write("new.go", "new\n")
	other := gittest.New(t, s.server.Root, "other.git", map[string]string{"go.mod": "module other\n", "new.go": "theirs\n"})
	s.config.URL = strings.Replace(s.config.URL, "team/shop.git", other.Name, 1)
	s.get(other.Git("rev-parse", "HEAD"))
	want := map[string]string{"go.mod": "- module other\n", "new.go": "- theirs\n", "new.go.saved": "- new\n", "main.go.saved": "- mine\n"}
	if got := files(t, s.config.Workspace); !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if _, err := os.Stat(filepath.Join(s.config.Workspace, ".git.saved")); err == nil {
		t.Error("a clone without commits of its own was kept")
	}
	// commits that are nowhere else are kept
	s.git("add", "--all")
	s.git("commit", "--quiet", "--message", "mine")
	mine := s.git("rev-parse", "HEAD")
	s.config.URL = strings.Replace(s.config.URL, other.Name, "team/shop.git", 1)
	s.get("")
	if got := s.git("--git-dir", ".git.saved", "rev-parse", "HEAD"); got != mine {
		t.Errorf("kept %s", got)
	}
}
