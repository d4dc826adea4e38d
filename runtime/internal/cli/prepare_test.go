package cli

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

var server = goproxytest.Module{Path: "example.com/server", Version: "v1.0.0", Files: map[string]string{
	"go.mod":         "module example.com/server\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n",
	"cmd/serve/a.go": "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Word) }\n",
}}

var dep = goproxytest.Module{Path: "example.com/dep", Version: "v1.0.0", Files: map[string]string{
	"go.mod": "module example.com/dep\n\ngo 1.21\n",
	"dep.go": "package dep\n\nconst Word = \"hello\"\n",
}}

var old = goproxytest.Module{Path: "example.com/old", Version: "v1.0.0", Files: map[string]string{
	"main.go": "package main\n\nfunc main() { println(\"old\") }\n",
}}

// The whole way of a pod: fetch, complete, build, run.
func TestAModuleFromProxyToOutput(t *testing.T) {
	proxy := httptest.NewServer(goproxytest.Handler(t, server, dep))
	p := newPod(t, nil, "GOPROXY="+proxy.URL, "GOFLAGS=-buildvcs=false -modcacherw -mod=mod")
	code, message := p.godevd(append([]string{"source", "module", "--path", "example.com/server", "--version", "v1.0.0"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseSource, "")
	code, message = p.godevd(append([]string{"modules", "--lock", "Update"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseModules, "")
	proxy.Close() // from here on everything is in the cache
	code, message = p.godevd(append([]string{"build"}, p.programFlags()...)...)
	p.want(code, message, 0, termination.PhaseBuild, "")
	if message.Package != "./cmd/serve" || message.BuildSeconds <= 0 {
		t.Errorf("%+v", message)
	}
	code, message = p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 0, termination.PhaseRun, termination.Completed)
	if message.Package != "./cmd/serve" || strings.Contains(p.stdout.String(), "build:") || p.stderr.String() != "hello\n" {
		t.Errorf("built again, or no output: %+v\n%s%s", message, p.stdout, p.stderr)
	}
	// a container that starts again builds what was edited
	goproxytest.WriteFiles(t, p.workspace, map[string]string{"cmd/serve/a.go": "package main\n\nfunc main() { println(\"edited\") }\n"})
	code, message = p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 0, termination.PhaseRun, termination.Completed)
	if p.stderr.String() != "edited\n" {
		t.Errorf("got %q", p.stderr)
	}
	// and the edit stays when the pod is made again, without a network
	code, message = p.godevd(append([]string{"source", "module", "--path", "example.com/server", "--version", "v1.0.0"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseSource, "")
	if content, _ := os.ReadFile(filepath.Join(p.workspace, "cmd", "serve", "a.go")); !strings.Contains(string(content), "edited") {
		t.Errorf("the edit is lost: %s", content)
	}
}

func TestAModuleOlderThanModulesGetsTheProxysGoMod(t *testing.T) {
	proxy := httptest.NewServer(goproxytest.Handler(t, old))
	defer proxy.Close()
	p := newPod(t, nil, "GOPROXY="+proxy.URL)
	code, message := p.godevd(append([]string{"source", "module", "--path", "example.com/old", "--version", "v1.0.0"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseSource, "")
	if content, err := os.ReadFile(filepath.Join(p.workspace, "go.mod")); string(content) != "module example.com/old\n" {
		t.Errorf("%q, %v", content, err)
	}
}

// A file of the developer's that a new source overwrites is kept; the volume looks as the kubelet makes it.
func TestFilesOfAConfigMapVolume(t *testing.T) {
	p := newPod(t, nil)
	volume := filepath.Join(p.dir, "volume")
	goproxytest.WriteFiles(t, volume, map[string]string{"..1/go.mod": "module x\n", "..1/main.go": "one", "..2/go.mod": "module x\n", "..2/main.go": "two", "..2/cmd/a.go": "a"})
	link := func(target, name string) {
		_ = os.Remove(filepath.Join(volume, name))
		if err := os.Symlink(target, filepath.Join(volume, name)); err != nil {
			t.Fatal(err)
		}
	}
	link("..1", "..data")
	link("..data/go.mod", "go.mod")
	link("..data/main.go", "main.go")
	args := append([]string{"source", "files", "--from", volume}, p.workspaceFlags()...)
	code, message := p.godevd(args...)
	p.want(code, message, 0, termination.PhaseSource, "")
	goproxytest.WriteFiles(t, p.workspace, map[string]string{"main.go": "mine"})
	link("..2", "..data")
	link("..data/cmd", "cmd")
	code, message = p.godevd(args...)
	p.want(code, message, 0, termination.PhaseSource, "")
	for name, want := range map[string]string{"main.go": "two", "main.go.saved": "mine", "cmd/a.go": "a"} {
		if got, err := os.ReadFile(filepath.Join(p.workspace, name)); string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if !strings.Contains(p.stdout.String(), "your main.go is kept as main.go.saved") {
		t.Errorf("the log says nothing: %s", p.stdout)
	}
	if entries, _ := filepath.Glob(filepath.Join(p.workspace, "..*")); len(entries) != 0 {
		t.Errorf("the kubelet's own: %v", entries)
	}
}

func TestSourceFailures(t *testing.T) {
	p := newPod(t, nil)
	none := filepath.Join(p.dir, "none")
	tests := map[string]struct {
		args   []string
		reason termination.Reason
		texts  []string
	}{
		"no bundle": {[]string{"claim", "--ca-bundle", none, "--ca-output", none}, termination.CABundleInvalid, []string{"spec.proxy.caBundle: "}},
		"no netrc":  {[]string{"claim", "--netrc", none}, termination.CredentialsMissing, []string{"spec.go.modules.credentials: ", "netrc"}},
		"no files":  {[]string{"files", "--from", none}, termination.SourceEmpty, []string{"spec.source.files: "}},
		"no claim":  {[]string{"claim"}, termination.SourceEmpty, []string{"spec.source.claim: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p.t = t
			code, message := p.godevd(append(append([]string{"source"}, test.args...), p.workspaceFlags()...)...)
			p.want(code, message, 1, termination.PhaseSource, test.reason, test.texts...)
		})
	}
	p.t = t
	goproxytest.WriteFiles(t, p.workspace, map[string]string{"main.go": ""})
	code, message := p.godevd(append([]string{"source", "claim"}, p.workspaceFlags()...)...)
	p.want(code, message, 1, termination.PhaseSource, termination.GoModMissing, "spec.source.claim: ")
	goproxytest.WriteFiles(t, p.workspace, map[string]string{"go.mod": "module x\n"})
	code, message = p.godevd(append([]string{"source", "claim"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseSource, "")
	if entries, _ := os.ReadDir(p.workspace); len(entries) != 2 {
		t.Errorf("something was written into the claim: %v", entries)
	}
}

func TestSourceStopsOnSIGTERM(t *testing.T) {
	asked := make(chan struct{})
	release := make(chan struct{})
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-release
	}))
	defer proxy.Close()
	defer close(release)
	p := newPod(t, nil, "GOPROXY="+proxy.URL)
	command := p.start(append([]string{"source", "module", "--path", "example.com/x", "--version", "v1.0.0"}, p.workspaceFlags()...)...)
	<-asked
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, message := p.end(command)
	p.want(code, message, 1, termination.PhaseSource, termination.Stopped)
	if message.Seconds > 10 {
		t.Errorf("it took %v s", message.Seconds)
	}
}

// pemOf returns the server's certificate as a CA bundle.
func pemOf(server *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestAProxyWithItsOwnCertificateIsTrustedByTheBundle(t *testing.T) {
	proxy := httptest.NewTLSServer(goproxytest.Handler(t, old))
	proxy.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer proxy.Close()
	p := newPod(t, nil, "GOPROXY="+proxy.URL)
	args := append([]string{"source", "module", "--path", "example.com/old", "--version", "v1.0.0"}, p.workspaceFlags()...)
	code, message := p.godevd(args...)
	p.want(code, message, 1, termination.PhaseSource, termination.UntrustedCertificate, "spec.proxy.caBundle: ")

	joined := filepath.Join(p.dir, "godev", "ca.crt")
	goproxytest.WriteFiles(t, p.dir, map[string]string{"ca.crt": pemOf(proxy)})
	p.env = append(p.env, "SSL_CERT_FILE="+joined)
	code, message = p.godevd(append(args, "--ca-bundle", filepath.Join(p.dir, "ca.crt"), "--ca-output", joined)...)
	p.want(code, message, 0, termination.PhaseSource, "")
}

func TestSecretsAreInNoOutput(t *testing.T) {
	proxy := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		http.Error(w, "denied: "+user+" with "+password, http.StatusUnauthorized)
	}))
	defer proxy.Close()
	p := newPod(t, nil, "GOPROXY="+strings.Replace(proxy.URL, "://", "://alice:hunter22@", 1))
	goproxytest.WriteFiles(t, p.dir, map[string]string{"ca.crt": pemOf(proxy)})
	p.env = append(p.env, "SSL_CERT_FILE="+filepath.Join(p.dir, "ca.crt"))
	code, message := p.godevd(append([]string{"source", "module", "--path", "example.com/x", "--version", "v1.0.0"}, p.workspaceFlags()...)...)
	p.want(code, message, 1, termination.PhaseSource, termination.PrivateModuleUnauthorized, "spec.go.modules.credentials: ", "denied: alice with ***")
	written, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	if all := string(written) + p.stdout.String() + p.stderr.String(); strings.Contains(all, "hunter22") {
		t.Errorf("the password is in: %s", all)
	}
}
