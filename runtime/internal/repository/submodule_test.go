package repository

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/termination"
)

// withModule adds a submodule to the repository, by a URL relative to its own.
func withModule(t *testing.T, to, module *gittest.Repository, path, url string) {
	t.Helper()
	to.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--force", module.Bare, path)
	to.Git("config", "--file", ".gitmodules", "submodule."+path+".url", url)
}

func TestSubmodules(t *testing.T) {
	s := newSite(t, module)
	deep := gittest.New(t, s.server.Root, "deep.git", map[string]string{"deep.txt": "deep\n"})
	lib := gittest.New(t, s.server.Root, "team/lib.git", map[string]string{"lib.txt": "lib\n"})
	withModule(t, lib, deep, "inner", "../../deep.git")
	lib.Commit(nil)
	withModule(t, s.repo, lib, "third/lib", "../lib.git")
	commit := s.repo.Commit(nil)
	s.get(commit)
	if left := files(t, filepath.Join(s.config.Workspace, "third")); len(left) > 0 {
		t.Errorf("checked out without being asked to: %v", left)
	}
	s.config.Workspace, s.config.Submodules = t.TempDir(), true
	s.get(commit)
	check := func() {
		t.Helper()
		s.clean()
		s.git("submodule", "foreach", "--recursive", "--quiet", "git status --porcelain && git fsck --no-dangling")
		if status := s.git("submodule", "status", "--recursive"); len(strings.Split(status, "\n")) != 2 || strings.ContainsAny(status, "+U") || strings.HasPrefix(status, "-") {
			t.Errorf("git submodule status: %s", status)
		}
	}
	check()
	if got := s.read("third/lib/lib.txt") + s.read("third/lib/inner/deep.txt"); got != "lib\ndeep\n" {
		t.Errorf("got %q", got)
	}
	// an update takes them along
	deep.Commit(map[string]string{"deep.txt": "deeper\n"})
	gittest.In(t, filepath.Join(lib.Work, "inner"), "pull", "--quiet", "origin", "main")
	lib.Commit(map[string]string{"lib.txt": "newer\n"})
	gittest.In(t, filepath.Join(s.repo.Work, "third/lib"), "pull", "--quiet", "origin", "main")
	second := s.repo.Commit(nil)
	s.get(second)
	check()
	if got := s.read("third/lib/lib.txt") + s.read("third/lib/inner/deep.txt"); got != "newer\ndeeper\n" {
		t.Errorf("got %q", got)
	}
	// an edit in one is an edit
	s.write("third/lib/inner/deep.txt", "mine\n")
	s.repo.Commit(map[string]string{"b.txt": "b\n"})
	if result := s.get(second); result.Reason != termination.LocalEdits || !strings.Contains(result.Detail, "third/lib/inner/deep.txt") {
		t.Errorf("%+v", result)
	}
}

func TestAFailureNamesTheSubmodule(t *testing.T) {
	s := newSite(t, module)
	lib := gittest.New(t, s.server.Root, "team/lib.git", map[string]string{"lib.txt": "lib\n"})
	withModule(t, s.repo, lib, "lib", "../nothing.git")
	s.repo.Commit(nil)
	s.config.Submodules = true
	s.fails(termination.RepositoryNotFound, "spec.source.git.submodules: lib: ", "nothing.git")
	if left := files(t, s.config.Workspace); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestHostileSubmodules(t *testing.T) {
	touched := filepath.Join(t.TempDir(), "touched")
	for _, test := range []struct{ name, section, path, url, text string }{
		{"file URL", "lib", "lib", "file:///etc", "the scheme"},
		{"ext URL", "lib", "lib", "ext::sh -c touch% " + touched, "no place"},
		{"plain path", "lib", "lib", "/etc", "no address"},
		{"option", "lib", "lib", "--upload-pack=touch " + touched, ""},
		{"dash", "lib", "lib", "-oProxyCommand=x", "dash"},
		{"up and out", "lib", "lib", "../../../../x", "out of the server"},
		{"relative dots", "lib", "lib", "./a/../../x", ".."},
		{"metadata", "lib", "lib", "http://169.254.169.254/x", "metadata"},
		{"userinfo", "lib", "lib", "https://a:secret-word@example.com/x", "a user or a password"},
		{"empty", "lib", "lib", "", ""},
		{"path in git's folder", "lib", ".git/hooks", "../lib.git", "path"},
		{"path up", "lib", "../lib", "../lib.git", "path"},
		{"absolute path", "lib", "/tmp/lib", "../lib.git", "path"},
		{"name up", "../../../tmp/lib", "lib", "../lib.git", "name"},
		{"name up in the middle", "a/../../hooks", "lib", "../lib.git", "name"},
		{"name of hooks", "x/hooks", "lib", "../lib.git", "name"},
		{"name of git's", "a/.git/b", "lib", "../lib.git", "name"},
		{"absolute name", "/tmp/lib", "lib", "../lib.git", "name"},
		{"name with a dash", "-x", "lib", "../lib.git", "name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, module)
			s.config.Submodules = true
			lib := gittest.New(t, s.server.Root, "team/lib.git", map[string]string{"lib.txt": "lib\n"})
			described := fmt.Sprintf("[submodule %q]\n\tpath = %s\n\turl = %s\n", test.section, test.path, test.url)
			s.repo.RawTree(append(treeEntry("100644", ".gitmodules", s.repo.Object("blob", []byte(described))),
				append(treeEntry("100644", "go.mod", s.repo.Git("rev-parse", "HEAD:go.mod")),
					treeEntry("160000", "lib", lib.Git("rev-parse", "HEAD"))...)...))
			failure := s.fails(termination.SourceInvalid, "spec.source.git.submodules: ", test.text)
			if strings.Contains(failure.Detail, "secret-word") {
				t.Error("a password is shown")
			}
			if left := files(t, s.config.Workspace); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
			if _, err := os.Stat(touched); err == nil {
				t.Error("a command was run")
			}
		})
	}
	t.Run("a link", func(t *testing.T) {
		s := newSite(t, module)
		s.config.Submodules = true
		s.repo.RawTree(append(treeEntry("120000", ".gitmodules", s.repo.Object("blob", []byte("go.mod"))),
			treeEntry("100644", "go.mod", s.repo.Git("rev-parse", "HEAD:go.mod"))...))
		s.fails(termination.SourceInvalid, "no file")
	})
}

func TestCredentialsOfSubmodules(t *testing.T) {
	s := newSite(t, module)
	s.config.Submodules = true
	s.server.User, s.server.Password = "alice", "hunter22"
	s.config.Credentials = secretFiles(t, map[string]string{keyUsername: "alice", keyPassword: "hunter22"})
	lib := gittest.New(t, s.server.Root, "team/lib.git", map[string]string{"lib.txt": "lib\n"})
	withModule(t, s.repo, lib, "lib", "../lib.git")
	s.get(s.repo.Commit(nil)) // of the same server
	// another server does not get the password, though it wants one
	plain := newSite(t, module)
	plain.server.User, plain.server.Password = "alice", "hunter22"
	strange := gittest.New(t, plain.server.Root, "lib.git", map[string]string{"lib.txt": "lib\n"})
	withModule(t, s.repo, strange, "strange", strings.Replace(plain.config.URL, "team/shop", "lib", 1))
	s.repo.Commit(nil)
	s.config.Workspace = t.TempDir()
	s.fails(termination.RepositoryUnauthorized, "spec.source.git.submodules: strange: ", "is for 127.0.0.1 alone")
}
