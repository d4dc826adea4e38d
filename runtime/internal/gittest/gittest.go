// Package gittest has git servers for tests: repositories made with the git command, served over HTTP and SSH.
package gittest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Repository is one that is served, and a clone of it to commit from.
type Repository struct {
	t *testing.T
	// Name is its path on the server, Bare its folder, Work the clone's.
	Name, Bare, Work string
}

// New makes a repository below root with a first commit of the files on the branch main.
func New(t *testing.T, root, name string, files map[string]string) *Repository {
	t.Helper()
	r := &Repository{t: t, Name: name, Bare: filepath.Join(root, name), Work: filepath.Join(t.TempDir(), "work")}
	run(t, ".", "init", "--quiet", "--bare", "--initial-branch=main", r.Bare)
	run(t, ".", "init", "--quiet", "--initial-branch=main", r.Work)
	r.Git("remote", "add", "origin", r.Bare)
	if files != nil {
		r.Commit(files)
	}
	return r
}

// Git runs git in the clone, and returns what it prints.
func (r *Repository) Git(args ...string) string {
	r.t.Helper()
	return run(r.t, r.Work, args...)
}

// Commit writes the files, commits all there is, pushes the branch, and returns the commit's hash. A file without content is removed; one
// that begins with #! is executable.
func (r *Repository) Commit(files map[string]string) string {
	r.t.Helper()
	for name, content := range files {
		path := filepath.Join(r.Work, name)
		if content == "" {
			_ = os.Remove(path)
			continue
		}
		_ = os.RemoveAll(path) // a folder may become a file, and a mode another
		mode := os.FileMode(0o644)
		if strings.HasPrefix(content, "#!") {
			mode = 0o755
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			r.t.Fatal(err)
		}
	}
	r.Git("add", "--all", "--force")
	r.Git("commit", "--quiet", "--allow-empty", "--message", "change")
	r.Push()
	return r.Git("rev-parse", "HEAD")
}

// Push pushes all branches and tags.
func (r *Repository) Push() {
	r.t.Helper()
	r.Git("push", "--quiet", "--force", "--all", "origin")
	r.Git("push", "--quiet", "--force", "--tags", "origin")
}

// Raw commits a tree as git mktree makes it of the lines, whatever their names are, on the branch main.
func (r *Repository) Raw(lines ...string) string {
	r.t.Helper()
	var tree bytes.Buffer
	for _, line := range lines {
		tree.WriteString(line + "\x00")
	}
	command := exec.Command("git", "mktree", "-z", "--missing")
	command.Dir, command.Env, command.Stdin = r.Bare, environment(), &tree
	hash, err := command.Output()
	if err != nil {
		r.t.Fatalf("git mktree: %v", err)
	}
	return r.commitTree(strings.TrimSpace(string(hash)))
}

// RawTree commits a tree object of exactly these bytes.
func (r *Repository) RawTree(content []byte) string {
	r.t.Helper()
	return r.commitTree(r.Object("tree", content))
}

func (r *Repository) commitTree(hash string) string {
	commit := run(r.t, r.Bare, "commit-tree", "-m", "raw", hash)
	run(r.t, r.Bare, "update-ref", "refs/heads/main", commit)
	return commit
}

// Object writes an object as it is, and returns its hash.
func (r *Repository) Object(kind string, content []byte) string {
	r.t.Helper()
	command := exec.Command("git", "hash-object", "-t", kind, "--literally", "-w", "--stdin")
	command.Dir, command.Env, command.Stdin = r.Bare, environment(), bytes.NewReader(content)
	hash, err := command.Output()
	if err != nil {
		r.t.Fatalf("git hash-object: %v", err)
	}
	return strings.TrimSpace(string(hash))
}

// In runs git in the folder, and returns what it prints.
func In(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return run(t, dir, args...)
}

func environment() []string {
	return append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=Test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=Test", "GIT_COMMITTER_EMAIL=test@example.com")
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir, command.Env = dir, environment()
	var failed bytes.Buffer
	command.Stderr = &failed
	output, err := command.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s%s", strings.Join(args, " "), err, output, &failed)
	}
	return strings.TrimSpace(string(output))
}

// Server serves the repositories below a folder over HTTP.
type Server struct {
	Root string
	// User and Password are asked for, if there is a user.
	User, Password string
	// Requests counts them.
	Requests, Fetches atomic.Int64
	// Before is called before each request that is let in, if it is there.
	Before func(http.ResponseWriter, *http.Request) bool
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Requests.Add(1)
	if strings.HasSuffix(r.URL.Path, "/git-upload-pack") {
		s.Fetches.Add(1)
	}
	if user, password, _ := r.BasicAuth(); s.User != "" && (user != s.User || password != s.Password) {
		w.Header().Set("WWW-Authenticate", "Basic")
		http.Error(w, fmt.Sprintf("no entry for %s with %s", user, password), http.StatusUnauthorized)
		return
	}
	if s.Before != nil && !s.Before(w, r) {
		return
	}
	path, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	(&cgi.Handler{
		Path:   filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"),
		Env:    []string{"GIT_PROJECT_ROOT=" + s.Root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null"},
		Stderr: io.Discard,
	}).ServeHTTP(w, r)
}

// Key is a pair for SSH.
type Key struct {
	// Private is in OpenSSH's format.
	Private []byte
	Signer  ssh.Signer
}

// NewKey makes one; with a passphrase the private half is locked.
func NewKey(t *testing.T, passphrase string) Key {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(private, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return Key{pem.EncodeToMemory(block), signer}
}

// SSH serves the repositories below root to whoever has the key, and returns its address and its own key.
func SSH(t *testing.T, root string, user Key) (string, Key) {
	t.Helper()
	host := NewKey(t, "")
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if bytes.Equal(key.Marshal(), user.Signer.PublicKey().Marshal()) {
			return nil, nil
		}
		return nil, fmt.Errorf("unknown key")
	}}
	config.AddHostKey(host.Signer)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn, config, root)
		}
	}()
	return listener.Addr().String(), host
}

func serve(conn net.Conn, config *ssh.ServerConfig, root string) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for asked := range channels {
		channel, requests, err := asked.Accept()
		if err != nil {
			return
		}
		go func() {
			for request := range requests {
				if request.Type != "exec" {
					_ = request.Reply(false, nil)
					continue
				}
				_ = request.Reply(true, nil)
				var command struct{ Line string }
				_ = ssh.Unmarshal(request.Payload, &command)
				status := uploadPack(channel, root, command.Line)
				_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
				_ = channel.Close()
			}
		}()
	}
}

var uploadPackLine = regexp.MustCompile(`^git-upload-pack '([^']*)'$`)

func uploadPack(channel ssh.Channel, root, line string) uint32 {
	found := uploadPackLine.FindStringSubmatch(line)
	if found == nil {
		fmt.Fprintf(channel.Stderr(), "refused: %s\n", line)
		return 1
	}
	command := exec.Command("git", "upload-pack", filepath.Join(root, found[1]))
	command.Env = environment()
	command.Stdout, command.Stderr = channel, channel.Stderr()
	stdin, err := command.StdinPipe() // Stdin would have Wait wait for the client to close
	if err != nil || command.Start() != nil {
		return 1
	}
	go func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	}()
	if command.Wait() != nil {
		return 128
	}
	return 0
}
