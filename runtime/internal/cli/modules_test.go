package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

const (
	usesDep  = "module example.com/x\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n"
	importer = "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Word) }\n"
)

func answer(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestModulesFailures(t *testing.T) {
	good := goproxytest.Handler(t, dep)
	wrongSum := "example.com/dep v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nexample.com/dep v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	tests := map[string]struct {
		proxy  http.Handler
		files  map[string]string
		lock   string
		reason termination.Reason
		texts  []string
	}{
		"no go.mod": {good, nil, "ReadOnly", termination.GoModMissing, []string{"go mod init"}},
		"no go.sum": {good, map[string]string{"go.mod": usesDep}, "ReadOnly", termination.GoSumMissing,
			[]string{"spec.go.modules.lock: ", "Run `go mod tidy` and commit go.sum, or set spec.go.modules.lock: Update."}},
		"wrong go.sum":     {good, map[string]string{"go.mod": usesDep, "go.sum": wrongSum}, "ReadOnly", termination.ChecksumMismatch, []string{"go.sum: ", "example.com/dep@v1.0.0"}},
		"malformed go.sum": {good, map[string]string{"go.mod": usesDep, "go.sum": "example.com/dep v1.0.0\n"}, "ReadOnly", termination.GoModInvalid, []string{"malformed go.sum"}},
		"not found":        {answer(404), map[string]string{"go.mod": usesDep}, "Update", termination.ModuleNotFound, []string{"go.mod: ", "example.com/dep@v1.0.0"}},
		"unauthorised":     {answer(401), map[string]string{"go.mod": usesDep}, "Update", termination.PrivateModuleUnauthorized, []string{"spec.go.modules.credentials: "}},
		"forbidden":        {answer(403), map[string]string{"go.mod": usesDep}, "Update", termination.PrivateModuleUnauthorized, []string{"spec.go.modules.credentials: "}},
		"server error":     {answer(502), map[string]string{"go.mod": usesDep}, "Update", termination.ModuleProxyUnreachable, []string{"spec.go.modules.proxy: ", "502"}},
		"no server":        {nil, map[string]string{"go.mod": usesDep}, "Update", termination.ModuleProxyUnreachable, []string{"spec.go.modules.proxy: ", "connection refused"}},
		"import of an unreachable module": {answer(503), map[string]string{"go.mod": goMod, "main.go": importer}, "Update", termination.ModuleProxyUnreachable,
			[]string{"spec.go.modules.proxy: "}},
		"too old a Go": {good, map[string]string{"go.mod": "module x\n\ngo 1.99\n"}, "ReadOnly", termination.GoToolchainTooOld, []string{`Set spec.go.version: "1.99".`, ": go.mod requires go >= 1.99"}},
		"vendor out of date": {good, map[string]string{"go.mod": usesDep, "main.go": importer, "vendor/modules.txt": "# example.com/other v1.0.0\n"}, "ReadOnly", termination.VendorOutOfDate,
			[]string{"go mod vendor"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(test.proxy)
			defer proxy.Close()
			if test.proxy == nil {
				proxy.Close()
			}
			p := newPod(t, test.files, "GOPROXY="+proxy.URL, "GOFLAGS=-modcacherw -mod="+map[string]string{"ReadOnly": "readonly", "Update": "mod"}[test.lock])
			code, message := p.godevd(append([]string{"modules", "--lock", test.lock}, p.workspaceFlags()...)...)
			p.want(code, message, 1, termination.PhaseModules, test.reason, test.texts...)
		})
	}
}

func TestModulesReadOnlyWritesNothingAndFindsATamperedCache(t *testing.T) {
	proxy := httptest.NewServer(goproxytest.Handler(t, dep))
	defer proxy.Close()
	p := newPod(t, map[string]string{"go.mod": usesDep, "main.go": importer}, "GOPROXY="+proxy.URL, "GOFLAGS=-modcacherw -mod=mod")
	code, message := p.godevd(append([]string{"modules", "--lock", "Update"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseModules, "")
	sums, err := os.ReadFile(filepath.Join(p.workspace, "go.sum"))
	if err != nil || strings.Count(string(sums), "\n") != 2 {
		t.Fatalf("%s, %v", sums, err)
	}
	// without the line of the go.mod go mod download would add it
	onlyZip := strings.SplitAfter(string(sums), "\n")[0]
	goproxytest.WriteFiles(t, p.workspace, map[string]string{"go.sum": onlyZip})
	p.env = append(p.env, "GOFLAGS=-modcacherw -mod=readonly")
	readOnly := append([]string{"modules"}, p.workspaceFlags()...)
	code, message = p.godevd(readOnly...)
	p.want(code, message, 0, termination.PhaseModules, "")
	if got, _ := os.ReadFile(filepath.Join(p.workspace, "go.sum")); string(got) != onlyZip {
		t.Errorf("go.sum was changed: %s", got)
	}

	cached := filepath.Join(envvars.Vars(p.env).Get("GOMODCACHE"), "example.com", "dep@v1.0.0", "dep.go")
	if err := os.WriteFile(cached, []byte("package dep\n\nconst Word = \"evil\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, message = p.godevd(readOnly...)
	p.want(code, message, 1, termination.PhaseModules, termination.ChecksumMismatch, "dir has been modified")
}

func TestAVendorFolderNeedsNoProxy(t *testing.T) {
	p := newPod(t, map[string]string{
		"go.mod": usesDep, "main.go": importer,
		"vendor/modules.txt":            "# example.com/dep v1.0.0\n## explicit; go 1.21\nexample.com/dep\n",
		"vendor/example.com/dep/dep.go": dep.Files["dep.go"],
	}, "GOFLAGS=-modcacherw -mod=readonly")
	code, message := p.godevd(append([]string{"modules"}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseModules, "")
	code, message = p.godevd(append([]string{"build"}, p.programFlags()...)...)
	p.want(code, message, 0, termination.PhaseBuild, "")
}

// A go.mod that godevd completed is not an edit of the developer's when the source changes.
func TestACompletedGoModIsNotSaved(t *testing.T) {
	proxy := httptest.NewServer(goproxytest.Handler(t, dep))
	defer proxy.Close()
	p := newPod(t, nil, "GOPROXY="+proxy.URL, "GOFLAGS=-modcacherw -mod=mod")
	volume := filepath.Join(p.dir, "volume")
	for _, files := range []map[string]string{{"go.mod": goMod, "main.go": importer}, {"go.mod": goMod + "// changed\n"}} {
		goproxytest.WriteFiles(t, volume, files)
		code, message := p.godevd(append([]string{"source", "files", "--from", volume}, p.workspaceFlags()...)...)
		p.want(code, message, 0, termination.PhaseSource, "")
		code, message = p.godevd(append([]string{"modules", "--lock", "Update"}, p.workspaceFlags()...)...)
		p.want(code, message, 0, termination.PhaseModules, "")
	}
	content, err := os.ReadFile(filepath.Join(p.workspace, "go.mod"))
	if err != nil || !strings.Contains(string(content), "require example.com/dep v1.0.0") || !strings.Contains(string(content), "// changed") {
		t.Errorf("%s, %v", content, err)
	}
	if saved, _ := filepath.Glob(filepath.Join(p.workspace, "*.saved")); len(saved) != 0 {
		t.Errorf("saved: %v", saved)
	}
}
