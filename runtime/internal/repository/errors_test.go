package repository

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh/knownhosts"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/secret"
	"godev.io/runtime/internal/termination"
)

func TestCredentialsOverHTTP(t *testing.T) {
	s := newSite(t, module)
	s.server.User, s.server.Password = "alice", "hunter22 & co"
	s.fails(termination.RepositoryUnauthorized, "spec.source.git.credentials: ", "It is private", "username", "password")
	s.config.Credentials = secretFiles(t, map[string]string{keyUsername: "alice", keyPassword: "wrong-word"})
	failure := s.fails(termination.RepositoryUnauthorized, "spec.source.git.credentials: ", "out of date")
	// the server repeats the password
	if scrubbed := s.config.Scrubber.Scrub(failure.Detail); !strings.Contains(failure.Detail, "wrong-word") || strings.Contains(scrubbed, "wrong-word") {
		t.Errorf("not hidden, or a test of nothing: %s", scrubbed)
	}
	s.config.Credentials = secretFiles(t, map[string]string{keyUsername: "alice"})
	s.fails(termination.CredentialsMissing, "spec.source.git.credentials: ", "no key password")
	s.config.Credentials = secretFiles(t, map[string]string{keyPassword: "x"})
	s.fails(termination.CredentialsMissing, "no key username")
	s.config.Credentials = secretFiles(t, map[string]string{keyUsername: "alice", keyPassword: "\n"})
	s.fails(termination.CredentialsMissing, "password of the Secret is empty")
	s.config.Credentials = secretFiles(t, map[string]string{keyUsername: "alice\n", keyPassword: "hunter22 & co\n"})
	s.get("")
	s.clean()
	if config := s.read(".git/config"); strings.Contains(config, "hunter22") || strings.Contains(config, "alice") {
		t.Errorf("the credentials are in git's configuration: %s", config)
	}
	if strings.Contains(s.log.String(), "hunter22") {
		t.Errorf("the password is in the log: %s", s.log)
	}
}

func TestCredentialsStayWithTheirServer(t *testing.T) {
	s := newSite(t, module)
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		s.server.ServeHTTP(w, r)
	}))
	defer other.Close()
	here := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
	}))
	defer here.Close()
	s.config.URL = here.URL + "/team/shop.git"
	s.config.Credentials = secretFiles(t, map[string]string{keyUsername: "alice", keyPassword: "hunter22"})
	s.get("")
	if strings.Join(seen, "") != "" || len(seen) < 2 {
		t.Errorf("sent to another server: %q", seen)
	}
}

func TestSSH(t *testing.T) {
	s := newSite(t, module)
	secrets := s.overSSH()
	s.fails(termination.CredentialsMissing, "spec.source.git.credentials: ", keyPrivate, keyKnownHosts)
	with := func(change func(map[string]string)) {
		all := maps.Clone(secrets)
		change(all)
		s.config.Credentials = secretFiles(t, all)
	}
	at := strings.TrimSuffix(strings.TrimPrefix(s.config.URL, "ssh://git@"), "/team/shop.git")
	with(func(all map[string]string) { delete(all, keyPrivate) })
	s.fails(termination.CredentialsMissing, "no key ssh-privatekey")
	with(func(all map[string]string) { all[keyPrivate] = "no key" })
	s.fails(termination.CredentialsMissing, "no private key that can be read")
	with(func(all map[string]string) { all[keyPrivate] = string(gittest.NewKey(t, "word").Private) })
	s.fails(termination.CredentialsMissing, "passphrase")
	with(func(all map[string]string) { delete(all, keyKnownHosts) })
	s.fails(termination.HostKeyUnknown, "no key known_hosts", "ssh-keyscan")
	with(func(all map[string]string) { all[keyKnownHosts] = " \n" })
	s.fails(termination.HostKeyUnknown, "no key known_hosts")
	with(func(all map[string]string) { all[keyKnownHosts] = "127.0.0.1 ssh-rsa what\n" })
	s.fails(termination.HostKeyUnknown, "cannot be read")
	other := gittest.NewKey(t, "").Signer.PublicKey()
	with(func(all map[string]string) { all[keyKnownHosts] = knownhosts.Line([]string{"example.com"}, other) })
	s.fails(termination.HostKeyUnknown, "has no key of 127.0.0.1", "ssh-keyscan -p ")
	with(func(all map[string]string) { all[keyKnownHosts] = knownhosts.Line([]string{at}, other) })
	s.fails(termination.HostKeyUnknown, "another key")
	with(func(all map[string]string) { all[keyPrivate] = string(gittest.NewKey(t, "").Private) })
	s.fails(termination.RepositoryUnauthorized, "spec.source.git.credentials: ", "public half")
	with(func(all map[string]string) {})
	url := s.config.URL
	s.config.URL = strings.Replace(url, "shop", "nothing", 1)
	s.fails(termination.RepositoryNotFound, "spec.source.git.url: ", "nothing.git")
	gittest.New(t, s.server.Root, "empty.git", nil)
	s.config.URL = strings.Replace(url, "team/shop", "empty", 1)
	s.fails(termination.SourceEmpty)
	s.config.URL, s.config.Ref = url, "nowhere"
	s.fails(termination.RefNotFound)
	s.config.Ref = ""
	s.get("")
	s.clean()
	second := s.repo.Commit(map[string]string{"b.txt": "b\n"})
	s.get(second)
	s.clean()
	for _, line := range strings.Fields(secrets[keyPrivate]) {
		if len(line) > 30 && strings.Contains(s.config.Scrubber.Scrub("it is "+line), line) {
			t.Error("the key is not hidden")
		}
	}
}

func TestServersThatFail(t *testing.T) {
	s := newSite(t, module)
	good := s.config.URL
	web, bundle := tlsServer(t, s.server)
	answer := func(handler http.HandlerFunc) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL + "/x.git"
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	gittest.New(t, s.server.Root, "empty.git", nil)
	for _, test := range []struct {
		name, url string
		reason    termination.Reason
		texts     []string
	}{
		{"unknown", strings.Replace(good, "shop", "nothing", 1), termination.RepositoryNotFound, []string{"spec.source.git.url: ", "nothing.git", "private"}},
		{"empty", strings.Replace(good, "team/shop", "empty", 1), termination.SourceEmpty, []string{"no commit yet"}},
		{"certificate", web + "/team/shop.git", termination.UntrustedCertificate, []string{"spec.proxy.caBundle: ", "127.0.0.1"}},
		{"nobody there", "http://" + closed.Addr().String() + "/x.git", termination.RepositoryUnreachable, []string{"spec.source.git.url: ", "refused"}},
		{"no name", "https://no-such-host.invalid/x.git", termination.RepositoryUnreachable, []string{"no-such-host.invalid"}},
		{"HTTP to HTTPS", strings.Replace(good, "http:", "https:", 1), termination.RepositoryUnreachable, nil},
		{"forbidden", answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }), termination.RepositoryUnauthorized, nil},
		{"overloaded", answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) }), termination.RepositoryUnreachable, []string{"503"}},
		{"too many", answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTooManyRequests) }), termination.RepositoryUnreachable, []string{"429"}},
		{"gone", answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusGone) }), termination.CloneFailed, []string{"410"}},
		{"a page", answer(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<html><body>Sign in</body></html>"))
		}), termination.RepositoryNotFound, []string{"not as a git server"}},
		{"hangs up", answer(func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }), termination.RepositoryUnreachable, nil},
		{"leads to the metadata server", answer(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/x.git"+"/info/refs", http.StatusFound)
		}), termination.SourceInvalid, []string{"the server redirects", "metadata"}},
		{"leads to a file", answer(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/info/refs", http.StatusFound)
		}), termination.CloneFailed, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.t, s.config.URL = t, test.url
			s.fails(test.reason, test.texts...)
			if left := files(t, s.config.Workspace); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
	t.Run("certificate of the bundle", func(t *testing.T) {
		s.t = t
		s.child("https", map[string]string{"SSL_CERT_FILE": filepath.Join(secretFiles(t, map[string]string{"ca": bundle}), "ca")}, web+"/team/shop.git", "")
	})
}

func TestProxies(t *testing.T) {
	s := newSite(t, module)
	var through []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through = append(through, r.URL.String())
		s.server.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	// loopback addresses are never asked through a proxy
	s.child("proxy", map[string]string{"HTTP_PROXY": proxy.URL}, "http://git.example.com/team/shop.git", "")
	if len(through) < 2 {
		t.Errorf("asked: %q", through)
	}
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Proxy-Authenticate", "Basic")
		http.Error(w, "who are you", http.StatusProxyAuthRequired)
	}))
	defer login.Close()
	s.child("login", map[string]string{"HTTP_PROXY": login.URL}, "http://git.example.com/team/shop.git", termination.ProxyLoginRequired)
	s.child("login with TLS", map[string]string{"HTTPS_PROXY": login.URL}, "https://git.example.com/team/shop.git", termination.ProxyLoginRequired)
	login.Close()
	s.child("no proxy", map[string]string{"HTTPS_PROXY": login.URL}, "https://git.example.com/team/shop.git", termination.RepositoryUnreachable)
}

// child gets the URL in a process of its own: the variables for proxies and certificates are read once.
func (s *site) child(name string, env map[string]string, url string, reason termination.Reason) {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	command := exec.Command(self, "-test.run", "^TestChild$", "-test.v")
	command.Env = append(os.Environ(), "CHILD_URL="+url, "CHILD_WORKSPACE="+s.t.TempDir())
	for key, value := range env {
		command.Env = append(command.Env, key+"="+value)
	}
	output, err := command.CombinedOutput()
	want := "RESULT " + string(reason) + ":"
	if err != nil || !strings.Contains(string(output), want) {
		s.t.Errorf("%s: %v, no %q in:\n%s", name, err, want, output)
	}
}

func TestChild(t *testing.T) {
	url := os.Getenv("CHILD_URL")
	if url == "" {
		t.Skip("only as a process of another test")
	}
	_, err := Get(context.Background(), Config{
		Workspace: os.Getenv("CHILD_WORKSPACE"), URL: url, Depth: 1, Log: os.Stdout, Scrubber: &secret.Scrubber{},
	})
	var failure *termination.Failure
	if err != nil && !errors.As(err, &failure) {
		t.Fatal(err)
	}
	reason, detail := "", ""
	if failure != nil {
		reason, detail = string(failure.Reason), failure.Detail
	}
	t.Logf("RESULT %s: %s", reason, detail)
}
