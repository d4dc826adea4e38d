package gotool

import (
	"strings"
	"testing"

	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/termination"
)

// Outputs of real commands that a test cannot provoke everywhere.
func TestFind(t *testing.T) {
	tests := map[string]struct {
		output string
		reason termination.Reason
		texts  []string
	}{
		"cache full":          {"go: writing stat cache: write /cache/mod/x: no space left on device", termination.CacheFull, []string{"spec.storage.cache.size: "}},
		"workspace full":      {"go: updating go.sum: write /workspace/go.sum: no space left on device", termination.WorkspaceFull, []string{"spec.storage.workspace.size: "}},
		"cache not ours":      {"go: could not create module cache: mkdir /cache/mod: permission denied", termination.CacheNotWritable, []string{"spec.storage.cache: "}},
		"workspace read-only": {"go: updating go.mod: open /workspace/go.mod: read-only file system", termination.WorkspaceNotWritable, []string{"spec.source: "}},
		"linker killed":       {"# x\n/usr/local/go/pkg/tool/linux_amd64/link: signal: killed", termination.OutOfMemory, []string{"the linker was killed"}},
		"compiler killed":     {"net/http: /usr/local/go/pkg/tool/linux_amd64/compile: signal: killed", termination.OutOfMemory, []string{"the compiler was killed"}},
		"C compiler killed":   {"gcc: fatal error: Killed signal terminated program cc1", termination.OutOfMemory, []string{"the C compiler was killed"}},
		"git missing":         {`go: x.example/y@v1: git init --bare in /c: exec: "git": executable file not found in $PATH`, termination.GitMissing, []string{"spec.go.image: "}},
		"private repository": {"go: a.example/b@v1.0.0: reading a.example/b/go.mod: 404 Not Found\n\tfatal: could not read Username for 'https://a.example': terminal prompts disabled",
			termination.PrivateModuleUnauthorized, []string{"spec.go.modules.credentials: "}},
		"ssh key":               {"git@a.example: Permission denied (publickey).", termination.PrivateModuleUnauthorized, nil},
		"network proxy refuses": {`Get "https://p.example/x": Proxy Authentication Required`, termination.ProxyLoginRequired, []string{"spec.proxy: ", "spec.proxy.noProxy"}},
		"network proxy is off":  {`Get "https://p.example/x": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused`, termination.ModuleProxyUnreachable, []string{"spec.proxy: "}},
		"git's certificate":     {"fatal: unable to access 'https://a.example/': SSL certificate problem: self-signed certificate", termination.UntrustedCertificate, []string{"spec.proxy.caBundle"}},
		"no name":               {`Get "https://p.example/x": dial tcp: lookup p.example on 10.96.0.10:53: no such host`, termination.ModuleProxyUnreachable, []string{"spec.go.modules.proxy: ", "https://p.example"}},
		"checksum database":     {`go: a.example/b@v1: verifying module: Get "https://sum.example/lookup/a.example/b@v1": dial tcp 10.0.0.1:443: i/o timeout`, termination.ModuleProxyUnreachable, []string{"spec.go.modules.sumDatabase: "}},
		"proxy is off":          {"go: a.example/b@v1: module lookup disabled by GOPROXY=off", termination.ModuleProxyUnreachable, []string{"it is off"}},
		"sum database says no":  {"verifying a.example/b@v1: checksum mismatch\n\tdownloaded: h1:a\n\tgo.sum: h1:b\n\nSECURITY ERROR", termination.ChecksumMismatch, []string{"a.example/b@v1"}},
		"dependency's Go":       {"go: a.example/b@v1 requires go >= 1.27.1 (running go 1.26.8; GOTOOLCHAIN=local)", termination.GoToolchainTooOld, []string{`Set spec.go.version: "1.27".`}},
		"old go.mod syntax":     {"go: errors parsing go.mod:\n/workspace/go.mod:3: invalid go version '1.21.0': must match format 1.23", termination.GoToolchainTooOld, []string{"spec.go.version: "}},
		"no version":            {"go: a.example/b@v9: invalid version: unknown revision v9", termination.ModuleNotFound, []string{"go.mod: ", "spec.go.modules.credentials"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := Explainer{Subject: Requirements, Workspace: "/workspace", Env: envvars.Vars{"GOPROXY=https://p.example"}, Memory: "/nowhere"}
			found := e.Find(test.output)
			if found == nil || found.Reason != test.reason {
				t.Fatalf("got %v, want %s", found, test.reason)
			}
			for _, text := range test.texts {
				if !strings.Contains(found.Detail, text) {
					t.Errorf("the detail lacks %q: %s", text, found.Detail)
				}
			}
			if strings.Contains(found.Detail, "\n") {
				t.Errorf("more than one line: %q", found.Detail)
			}
		})
	}
	if found := (Explainer{}).Find("./main.go:3:5: undefined: x"); found != nil {
		t.Errorf("a compile error is taken for %v", found)
	}
}

func TestExcerptKeepsBothEnds(t *testing.T) {
	var e excerpt
	_, _ = e.Write([]byte("first"))
	for range 100 {
		_, _ = e.Write([]byte(strings.Repeat("x", 10<<10)))
	}
	_, _ = e.Write([]byte("last"))
	got := e.String()
	if !strings.HasPrefix(got, "first") || !strings.HasSuffix(got, "last") || len(got) > headLimit+tailLimit+10 {
		t.Errorf("%d bytes", len(got))
	}
}
