package modules

import (
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/repository"
	"godev.io/runtime/internal/termination"
)

const (
	goMod    = "module example.com/shop\n\ngo 1.21\n"
	importer = "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Word) }\n"
)

// completed is a clone whose go.mod and go.sum godevd completes.
type completed struct {
	t      *testing.T
	repo   *gittest.Repository
	config repository.Config
	tool   gotool.Tool
}

func newCompleted(t *testing.T, directory string) *completed {
	t.Helper()
	proxy := httptest.NewServer(goproxytest.Handler(t, goproxytest.Module{
		Path: "example.com/dep", Version: "v1.0.0", Files: map[string]string{"go.mod": "module example.com/dep\n\ngo 1.21\n", "dep.go": "package dep\n\nconst Word = \"dep\"\n"},
	}))
	t.Cleanup(proxy.Close)
	root := t.TempDir()
	web := httptest.NewServer(&gittest.Server{Root: root})
	t.Cleanup(web.Close)
	c := &completed{t: t}
	c.repo = gittest.New(t, root, "shop.git", map[string]string{
		filepath.Join(directory, "go.mod"): goMod, filepath.Join(directory, "main.go"): importer,
	})
	c.config = repository.Config{Workspace: t.TempDir(), URL: web.URL + "/shop.git", Directory: directory, Depth: 1, Log: io.Discard}
	c.tool = gotool.Tool{Dir: filepath.Join(c.config.Workspace, directory), Env: goproxytest.Env(t, proxy.URL), Log: io.Discard}
	return c
}

// follow brings the clone up to date.
func (c *completed) follow() repository.Result {
	c.t.Helper()
	result, err := repository.Get(c.t.Context(), c.config)
	if err != nil {
		c.t.Fatal(err)
	}
	return result
}

func (c *completed) complete() {
	c.t.Helper()
	if err := Get(c.t.Context(), c.tool, gotool.Explainer{Subject: gotool.Requirements, Workspace: c.tool.Dir, Env: c.tool.Env}, Update); err != nil {
		c.t.Fatal(err)
	}
	if got := c.read("go.mod"); !strings.Contains(got, "require example.com/dep v1.0.0") {
		c.t.Fatalf("not completed: %s", got)
	}
	// git looks at files of the last second by their content: this one was completed before that
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(c.tool.Dir, "go.mod"), long, long); err != nil {
		c.t.Fatal(err)
	}
}

func (c *completed) read(name string) string {
	content, err := os.ReadFile(filepath.Join(c.tool.Dir, name))
	if err != nil {
		return err.Error()
	}
	return string(content)
}

func TestACompletedCloneIsFollowed(t *testing.T) {
	for _, directory := range []string{".", "deep/shop"} {
		t.Run(directory, func(t *testing.T) {
			c := newCompleted(t, directory)
			in := func(name string) string { return filepath.Join(directory, name) }
			c.follow()
			c.complete()
			for i, files := range []map[string]string{
				{in("other.txt"): "x\n"},
				{in("go.mod"): goMod + "// changed\n"},
				{in("go.sum"): "", in("other.txt"): "y\n"}, // of the repository's own from now on
				{in("go.mod"): goMod + "// again\n"},
			} {
				want := c.repo.Commit(files)
				if result := c.follow(); result.Commit != want || result.Reason != "" {
					t.Fatalf("%d: %+v, want %s", i, result, want)
				}
				if wanted, changed := files[in("go.mod")]; changed && c.read("go.mod") != wanted {
					t.Errorf("%d: go.mod is %s", i, c.read("go.mod"))
				}
				c.complete()
				// git sees what godevd did: who commits all commits this too
				if status := gittest.In(t, c.config.Workspace, "status", "--porcelain", in("go.mod")); !strings.Contains(status, in("go.mod")) {
					t.Errorf("%d: git status: %q", i, status)
				}
			}
		})
	}
}

func TestAnEditOfACompletedFileIsTheDevelopers(t *testing.T) {
	edits := map[string]func(c *completed){
		"after it": func(c *completed) { c.complete(); c.edit() },
		// what go adds to an edited file does not make it godevd's
		"before it":         func(c *completed) { c.edit(); c.complete() },
		"after it, and one": func(c *completed) { c.complete(); c.edit(); c.complete() },
	}
	for name, edit := range edits {
		t.Run(name, func(t *testing.T) {
			c := newCompleted(t, ".")
			first := c.follow().Commit
			edit(c)
			before := c.read("go.mod")
			c.repo.Commit(map[string]string{"go.mod": goMod + "// changed\n"})
			if result := c.follow(); result.Commit != first || result.Reason != termination.LocalEdits || !strings.Contains(result.Detail, "go.mod") {
				t.Errorf("%+v", result)
			}
			if got := c.read("go.mod"); got != before {
				t.Errorf("go.mod is %s, was %s", got, before)
			}
		})
	}
}

func (c *completed) edit() {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.tool.Dir, "go.mod"), []byte(c.read("go.mod")+"\n// mine\n"), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

func TestACompletedCloneLeavesNothingToAnotherRepository(t *testing.T) {
	c := newCompleted(t, ".")
	c.follow()
	c.complete()
	other := newCompleted(t, ".")
	other.repo.Commit(map[string]string{"go.mod": goMod + "// another\n"})
	c.config.URL = other.config.URL
	c.follow()
	if got := c.read("go.mod"); got != goMod+"// another\n" {
		t.Errorf("go.mod is %s", got)
	}
	if left, _ := filepath.Glob(filepath.Join(c.tool.Dir, "go*")); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}
