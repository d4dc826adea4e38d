package repository

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/termination"
)

func TestHostileAddresses(t *testing.T) {
	for _, url := range []string{
		"", " ", "-", "--upload-pack=touch /tmp/x", "--upload-pack=/bin/sh", "-c", "-cprotocol.ext.allow=always", "-oProxyCommand=sh",
		"ext::sh -c touch% /tmp/x", "ext::sh", "fd::17/foo", "file:///etc", "file://localhost/etc/passwd", "FILE:///etc", "/etc/passwd", "./x", "../x", "x", "~/x",
		`C:\Users\x`, "C:/Users/x", `\\server\share`,
		"git://example.com/x.git", "ftp://example.com/x", "ftps://example.com/x", "rsync://example.com/x", "javascript:alert(1)", "git+ssh://h/x", "http::http://h/x",
		"https://example.com/$(touch /tmp/x)", "https://example.com/`id`", "https://example.com/x\nhttps://evil", "https://example.com/x\x00y", "https://example.com/x\ty",
		"https://example.com/a/../../b", "https://example.com/a/%2e%2e/b", "https://example.com/..", "https://example.com/%00", "https://example.com/a%0ab", "https://example.com/%24(id)", "https://example.com/a%5c..%5cb",
		"https://example.com", "https://example.com/", "https:///x", "https://", "https:example.com/x", "https://-oProxyCommand=x/y", "ssh://-oProxyCommand=x/y", "ssh://git@-oProxyCommand=x/y",
		"-oProxyCommand=x:y", "git@-oProxyCommand=x:y", "ssh://-l@example.com/x", "-x@example.com:y", "git@example.com:-x", "git@example.com:../x", "ssh://example.com/-x", "ssh://example.com//-x/../y",
		"https://alice@example.com/x", "https://alice:secret-word@example.com/x", "https://:secret-word@example.com/x", "ssh://git:secret-word@example.com/x", "https://example.com:443@evil.com/x",
		"https://169.254.169.254/x", "http://169.254.169.254:80/latest", "http://169.254.1.1/x", "http://[fe80::1]/x", "http://[fe80::1%25eth0]/x", "http://[::ffff:169.254.169.254]/x", "http://[fd00:ec2::254]/x",
		"http://100.100.100.200/x", "http://168.63.129.16/x", "http://2852039166/x", "http://0xa9fea9fe/x", "http://0251.0376.0251.0376/x", "http://169.16689662/x", "http://0.0.0.0/x", "http://[::]/x", "http://224.0.0.1/x",
		"http://metadata.google.internal/x", "http://METADATA.google.internal./x", "http://metadata/x", "http://instance-data/x", "ssh://git@169.254.169.254/x", "git@169.254.169.254:x",
		"https://example.com:0/x", "https://example.com:65536/x", "https://example.com:x/y", "https://example.com:-1/x", "https://exa mple.com/x", "https://example..com/x", "https://example.com\\@evil/x", "https://ex%61mple.com/x",
		"https://example.com/x?y", "https://example.com/x#y", "https://example.com/é", "https://[::1/x", "https://example.com/" + strings.Repeat("a", 3000),
	} {
		if _, err := parseAddress(url); err == nil {
			t.Errorf("taken: %q", url)
		} else if strings.Contains(err.Error(), "secret-word") || len(err.Error()) > 500 || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: %v", url, err)
		}
		// and nothing is done, by the whole way
		workspace := t.TempDir()
		_, err := Get(context.Background(), Config{Workspace: workspace, URL: url, Depth: 1, Log: &logs{}})
		var failure *termination.Failure
		if !errors.As(err, &failure) || failure.Reason != termination.SourceInvalid || !strings.HasPrefix(failure.Detail, "spec.source.git.url: ") {
			t.Errorf("%q: %v", url, err)
		}
		if left, _ := os.ReadDir(workspace); len(left) > 0 {
			t.Errorf("%q: something was written: %v", url, left)
		}
	}
}

func TestGoodAddresses(t *testing.T) {
	for url, want := range map[string]address{
		"https://github.com/golang/example":         {"https", "", "github.com", "443"},
		"https://GitHub.com./golang/example.git":    {"https", "", "github.com", "443"},
		"http://git.shop.svc:3000/team/shop.git":    {"http", "", "git.shop.svc", "3000"},
		"https://10.0.0.7/~alice/x":                 {"https", "", "10.0.0.7", "443"},
		"https://[2001:db8::1]:8443/x":              {"https", "", "2001:db8::1", "8443"},
		"https://dev.azure.com/o/My%20Project/_git": {"https", "", "dev.azure.com", "443"},
		"ssh://git@github.com/golang/example.git":   {"ssh", "git", "github.com", "22"},
		"ssh://example.com:2222/x":                  {"ssh", "git", "example.com", "2222"},
		"git@github.com:golang/example.git":         {"ssh", "git", "github.com", "22"},
		"alice@git.example.com:~/x.git":             {"ssh", "alice", "git.example.com", "22"},
	} {
		if got, err := parseAddress(url); err != nil || got != want {
			t.Errorf("%s: %+v, %v", url, got, err)
		}
	}
}

func TestHostileRefs(t *testing.T) {
	for _, ref := range []string{
		"-", "--upload-pack=x", "-c", "-b", "refs/../..", "refs/heads/../../config", "..", ".", "a..b", "a//b", "/a", "a/", "a.lock", "a.lock/b", ".a", "a/.b", "a.", "@", "a@{1}", "a b", "a\tb", "a\nb", "a\x00b", "a\x7fb",
		"a~1", "a^", "a:b", "a?b", "a*b", "a[b", `a\b`, strings.Repeat("a", 256), "HEAD~1", "+refs/heads/main:refs/heads/x",
	} {
		if err := checkRef(ref); err == nil || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: %v", ref, err)
		}
	}
	for _, ref := range []string{"main", "feature/x-1", "v1.2.3", "refs/pull/1/head", "äö", "1234567", "a@b", "HEAD", "$(id)", "`id`"} {
		if err := checkRef(ref); err != nil { // $( and ` are harmless here, and git allows them
			t.Errorf("%q: %v", ref, err)
		}
	}
	for _, directory := range []string{"..", "../x", "/x", "a/../b", "a/", ".git", "a/.git/hooks", ".GIT", "git~1", "a\x00", "a\nb", "./a", `..\x`} {
		if err := checkDirectory(directory); err == nil {
			t.Errorf("taken: %q", directory)
		}
	}
}

// tree bytes: mode, name, hash
func treeEntry(mode, name, hash string) []byte {
	raw := make([]byte, 20)
	for i := range raw {
		_, _ = fmt.Sscanf(hash[2*i:2*i+2], "%02x", &raw[i])
	}
	return append([]byte(mode+" "+name+"\x00"), raw...)
}

func TestHostileTrees(t *testing.T) {
	s := newSite(t, module)
	good := s.repo.Git("rev-parse", "HEAD:go.mod")
	folder := s.repo.Git("rev-parse", "HEAD:web")
	link := func(to string) string { return s.repo.Object("blob", []byte(to)) }
	file := func(name string) []byte { return treeEntry("100644", name, good) }
	sub := func(name string, content []byte) []byte {
		return treeEntry("40000", name, s.repo.Object("tree", content))
	}
	for _, test := range []struct {
		name string
		tree []byte
		text string
	}{
		{"dots", file(".."), "is no name"},
		{"dot", file("."), "is no name"},
		{"a slash", file("../../x"), "slash"},
		{"a path", file("a/b"), "slash"},
		{"a backslash", file(`..\x`), "slash"},
		{"below dots", sub("a", sub("..", file("x"))), "is no name"},
		{"git's folder", sub(".git", file("config")), "git's own folder"},
		{"in capitals", sub(".GIT", file("config")), "git's own folder"},
		{"mixed", sub("a", sub(".gIt", file("config"))), "git's own folder"},
		{"short name", sub("git~1", file("config")), "git's own folder"},
		{"short name in capitals", sub("GIT~1", file("config")), "git's own folder"},
		{"a dot at the end", sub(".git.", file("config")), "git's own folder"},
		{"a blank at the end", sub(".git ", file("config")), "git's own folder"},
		{"a stream", sub(".git::$INDEX_ALLOCATION", file("config")), "git's own folder"},
		{"not shown", sub(".g\u200cit", file("config")), "git's own folder"},
		{"a file", file(".git"), "git's own folder"},
		{"control character", file("a\nb"), "control character"},
		{"twice", append(file("a"), file("a")...), "twice"},
		{"file and folder", append(file("a"), treeEntry("40000", "a", folder)...), ""},
		{"the runtime's notes", sub(".godev", file("source.json")), ".godev"},
		{"link to the root", treeEntry("120000", "a", link("/etc/passwd")), "outside"},
		{"link up", treeEntry("120000", "a", link("../x")), "outside"},
		{"link up from below", sub("b", treeEntry("120000", "a", link("../../x"))), "outside"},
		{"link to git's folder", treeEntry("120000", "a", link(".git/config")), "outside"},
		{"link to git's folder in capitals", treeEntry("120000", "a", link("b/../.GIT/hooks")), "outside"},
		{"link through a link", append(sub("p", sub("q", append(treeEntry("120000", "L", link("../..")), sub("r", treeEntry("120000", "M", link("../L/../x")))...))), file("z")...), "outside"},
		{"link to nothing", treeEntry("120000", "a", link("")), "a link leads"},
		{"link with NUL", treeEntry("120000", "a", link("a\x00b")), "a link leads"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.t = t
			s.repo.RawTree(test.tree)
			s.config.Workspace = t.TempDir()
			_, err := Get(context.Background(), s.config)
			var failure *termination.Failure
			if !errors.As(err, &failure) || failure.Reason != termination.SourceInvalid && failure.Reason != termination.CloneFailed || !strings.Contains(failure.Detail, test.text) {
				t.Fatalf("got %v", err)
			}
			t.Log(failure.Detail)
			if left := files(t, s.config.Workspace); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
	s.t = t
	// an update to such a tree leaves the clone as it is
	gittest.In(t, s.repo.Bare, "update-ref", "refs/heads/main", s.repo.Git("rev-parse", "HEAD"))
	s.config.Workspace = t.TempDir()
	s.get("")
	before := files(t, s.config.Workspace)
	s.repo.RawTree(sub(".GIT", file("config")))
	if result := s.get(""); result.Reason != termination.SourceInvalid {
		t.Errorf("%+v", result)
	}
	if after := files(t, s.config.Workspace); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("changed: %v", after)
	}
}

func TestLinksInsideAreKept(t *testing.T) {
	s := newSite(t, module)
	links := map[string]string{"a": "web/static", "web/up": "../main.go", "web/static/deep": "../../web/static/a.txt", "loop": "loop", "dangling": "nowhere/at/all"}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(s.repo.Work, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.get(s.repo.Commit(nil))
	s.clean()
	for name, to := range links {
		if got, err := os.Readlink(filepath.Join(s.config.Workspace, name)); err != nil || got != to {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// A link in the workspace, be it the developer's, leads no write out of it.
func TestAnUpdateFollowsNoLink(t *testing.T) {
	s := newSite(t, module)
	s.get("")
	outside := t.TempDir()
	if err := os.RemoveAll(filepath.Join(s.config.Workspace, "web")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(s.config.Workspace, "web")); err != nil {
		t.Fatal(err)
	}
	s.repo.Commit(map[string]string{"web/static/a.txt": "new\n"})
	if result := s.get(""); result.Reason != termination.LocalEdits {
		t.Errorf("%+v", result)
	}
	if left := files(t, outside); len(left) > 0 {
		t.Errorf("written outside: %v", left)
	}
}

func TestNamesThatHideAnAddress(t *testing.T) {
	for _, at := range []string{"169.254.169.254:80", "[fe80::1%lo]:80", "[::ffff:169.254.169.254]:80", "100.100.100.200:80"} {
		_, err := dial(context.Background(), "tcp", at)
		var not refused
		if !errors.As(err, &not) {
			t.Errorf("%s: %v", at, err)
		}
	}
}
