package repository

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh/knownhosts"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/secret"
	"godev.io/runtime/internal/termination"
)

// site is a server with one repository, and a workspace.
type site struct {
	t      *testing.T
	server *gittest.Server
	repo   *gittest.Repository
	config Config
	log    *logs
}

type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var module = map[string]string{
	"go.mod": "module example.com/shop\n\ngo 1.21\n", "main.go": "package main\n\nfunc main() {}\n",
	"run.sh": "#!/bin/sh\n", "web/go.mod": "module example.com/web\n\ngo 1.21\n", "web/static/a.txt": "a\n",
}

func newSite(t *testing.T, files map[string]string) *site {
	t.Helper()
	root := t.TempDir()
	s := &site{t: t, server: &gittest.Server{Root: root}, log: &logs{}}
	s.repo = gittest.New(t, root, "team/shop.git", files)
	web := httptest.NewServer(s.server)
	t.Cleanup(web.Close)
	s.config = Config{
		Workspace: t.TempDir(), URL: web.URL + "/team/shop.git", Directory: ".", Depth: 1, Log: s.log, Scrubber: &secret.Scrubber{},
	}
	return s
}

// get gets the repository, which has to succeed with the commit, or with any if it is "".
func (s *site) get(commit string) Result {
	s.t.Helper()
	result, err := Get(context.Background(), s.config)
	if err != nil {
		s.t.Fatalf("%v\n%s", err, s.log)
	}
	if commit != "" && result.Commit != commit {
		s.t.Fatalf("at commit %s, not %s: %+v\n%s", result.Commit, commit, result, s.log)
	}
	return result
}

// fails gets the repository, which has to fail for the reason with all of the texts.
func (s *site) fails(reason termination.Reason, texts ...string) *termination.Failure {
	s.t.Helper()
	_, err := Get(context.Background(), s.config)
	var failure *termination.Failure
	if !errors.As(err, &failure) || failure.Reason != reason {
		s.t.Fatalf("got %v; want %s\n%s", err, reason, s.log)
	}
	for _, text := range texts {
		if !strings.Contains(failure.Detail, text) {
			s.t.Errorf("the detail lacks %q: %s", text, failure.Detail)
		}
	}
	s.t.Logf("%s: %s", failure.Reason, failure.Detail)
	return failure
}

func (s *site) read(name string) string {
	content, err := os.ReadFile(filepath.Join(s.config.Workspace, name))
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return string(content)
}

func (s *site) write(name, content string) {
	s.t.Helper()
	path := filepath.Join(s.config.Workspace, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// git runs git in the workspace.
func (s *site) git(args ...string) string {
	s.t.Helper()
	return gittest.In(s.t, s.config.Workspace, args...)
}

// clean fails the test unless git finds the clone whole and without changes.
func (s *site) clean() {
	s.t.Helper()
	if status := s.git("status", "--porcelain"); status != "" {
		s.t.Errorf("git status: %s", status)
	}
	if found := s.git("fsck", "--full", "--no-dangling"); found != "" {
		s.t.Errorf("git fsck: %s", found)
	}
	if _, err := os.Stat(filepath.Join(s.config.Workspace, making)); err == nil {
		s.t.Error("half a clone was left")
	}
	if leftovers, _ := filepath.Glob(filepath.Join(s.config.Workspace, ".git", "*.lock")); len(leftovers) > 0 {
		s.t.Errorf("left: %v", leftovers)
	}
}

// files are all files of a folder by path, without git's own and the runtime's notes.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == ".godev") {
			return fs.SkipDir
		}
		switch {
		case entry.IsDir():
		case entry.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			all[name] = "-> " + to
			return err
		default:
			content, err := os.ReadFile(path)
			info, _ := entry.Info()
			all[name] = info.Mode().String()[3:4] + " " + string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// secretFiles is a Secret as a folder.
func secretFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// overSSH serves the site's repository over SSH, and returns the Secret's content.
func (s *site) overSSH() map[string]string {
	s.t.Helper()
	key := gittest.NewKey(s.t, "")
	at, host := gittest.SSH(s.t, s.server.Root, key)
	s.config.URL = "ssh://git@" + at + "/team/shop.git"
	return map[string]string{
		keyPrivate:    string(key.Private),
		keyKnownHosts: knownhosts.Line([]string{at}, host.Signer.PublicKey()) + "\n",
	}
}

// tlsServer serves over TLS, and returns the certificate as a bundle.
func tlsServer(t *testing.T, server *gittest.Server) (url, bundle string) {
	t.Helper()
	web := httptest.NewUnstartedServer(server)
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	t.Cleanup(web.Close)
	return web.URL, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}))
}
