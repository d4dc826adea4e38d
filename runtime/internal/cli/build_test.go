package cli

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

const (
	goMod = "module example.com/x\n\ngo 1.21\n"
	hello = "package main\n\nfunc main() { println(\"hello\") }\n"
)

func TestBuildFailures(t *testing.T) {
	elsewhere := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	tests := map[string]struct {
		files  map[string]string
		args   []string
		env    []string
		reason termination.Reason
		texts  []string
		file   string
		line   int
		column int
		error  string
	}{
		"compile error": {
			files:  map[string]string{"go.mod": goMod, "cmd/x/main.go": "package main\n\nfunc main() {\n\tvar s int = \"a\"\n\t_ = s\n\tundefinedThing()\n}\n"},
			reason: termination.BuildFailed, texts: []string{"cmd/x/main.go:4:", "cannot use"},
			file: "cmd/x/main.go", line: 4, column: 14, error: `cannot use "a" (untyped string constant) as int value in variable declaration`},
		"syntax error": {
			files:  map[string]string{"go.mod": goMod, "main.go": "package main\n\nfunc main( {\n"},
			reason: termination.BuildFailed, file: "main.go", line: 3, column: 12, texts: []string{"main.go:3:"}, error: "syntax error: unexpected {, expected )"},
		"unknown standard package": {
			files:  map[string]string{"go.mod": goMod, "main.go": "package main\n\nimport _ \"nope/nothing\"\n\nfunc main() {}\n"},
			reason: termination.BuildFailed, texts: []string{"not in std"}, file: "main.go", line: 3, column: 8, error: "-"},
		"no func main": {
			files:  map[string]string{"go.mod": goMod, "main.go": "package main\n"},
			reason: termination.BuildFailed, texts: []string{"function main is undeclared"}, error: "-"},
		"two packages in a folder": {
			files: map[string]string{"go.mod": goMod, "a.go": "package a\n", "main.go": hello}, args: []string{"--package", "."},
			reason: termination.BuildFailed, texts: []string{"found packages"}, error: "-"},
		"missing requirement": {
			files:  map[string]string{"go.mod": goMod, "main.go": "package main\n\nimport _ \"example.com/dep\"\n\nfunc main() {}\n"},
			reason: termination.GoSumOutOfDate, texts: []string{"spec.go.modules.lock: ", "go mod tidy"}, file: "main.go", line: 3, column: 8, error: "-"},
		"no main package": {
			files:  map[string]string{"go.mod": goMod, "a.go": "package a\n", "t/a_test.go": "package main\n"},
			reason: termination.NoMainPackage, texts: []string{"spec.run.package: "}},
		"several": {
			files:  map[string]string{"go.mod": goMod, "cmd/a/a.go": hello, "cmd/b/b.go": hello, "broken/b.go": "package main\nfunc main(\n"},
			reason: termination.SeveralMainPackages, texts: []string{"spec.run.package: ", "./cmd/a, ./cmd/b"}},
		"not a main package": {
			files: map[string]string{"go.mod": goMod, "lib/a.go": "package lib\n", "cmd/b/b.go": hello}, args: []string{"--package", "./lib"},
			reason: termination.NoMainPackage, texts: []string{"./lib is no program, but package lib", "./cmd/b"}},
		"no such package": {
			files: map[string]string{"go.mod": goMod, "cmd/b/b.go": hello}, args: []string{"--package", "./cmd/c"},
			reason: termination.NoMainPackage, texts: []string{"no folder ./cmd/c", "./cmd/b"}},
		"outside": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, args: []string{"--package", "../x"},
			reason: termination.NoMainPackage, texts: []string{`spec.run.package: "../x" is not one package of the workspace`}},
		"pattern": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, args: []string{"--package", "./..."},
			reason: termination.NoMainPackage, texts: []string{"is not one package"}},
		"no go.mod": {files: map[string]string{"main.go": hello}, reason: termination.GoModMissing, texts: []string{"go mod init"}},
		"bad go.mod": {
			files:  map[string]string{"go.mod": "modul x\n", "main.go": hello},
			reason: termination.GoModInvalid, texts: []string{"go.mod: ", "unknown directive: modul"}, file: "go.mod", line: 1, error: "unknown directive: modul"},
		"too old a Go": {
			files:  map[string]string{"go.mod": "module x\n\ngo 1.99\n", "main.go": hello},
			reason: termination.GoToolchainTooOld, texts: []string{`Set spec.go.version: "1.99".`}},
		"other processor": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, env: []string{"GOARCH=" + elsewhere},
			reason: termination.WrongArchitecture, texts: []string{"spec.go.env: ", "linux/" + elsewhere}},
		"no such processor": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, env: []string{"GOARCH=armv6l"},
			reason: termination.WrongArchitecture, texts: []string{"arm with GOARM=6"}},
		"no C compiler": {
			files: map[string]string{"go.mod": goMod, "main.go": "package main\n\nimport \"C\"\n\nfunc main() {}\n"}, env: []string{"CGO_ENABLED=1", "CC=no-such-gcc"},
			reason: termination.CgoCompilerMissing, texts: []string{"CGO_ENABLED"}},
		"only cgo": {
			files: map[string]string{"go.mod": goMod, "main.go": "package main\n\nimport \"example.com/x/c\"\n\nfunc main() { c.C() }\n", "c/c.go": "package c\n\nimport \"C\"\n\nfunc C() {}\n"}, env: []string{"CGO_ENABLED=0"},
			reason: termination.BuildFailed, texts: []string{"spec.go.env: ", "CGO_ENABLED"}},
		"race without cgo": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, env: []string{"GOFLAGS=-race", "CGO_ENABLED=0"},
			reason: termination.CgoCompilerMissing, texts: []string{"spec.go.flags: -race requires cgo"}},
		"killed": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, env: []string{"GOFLAGS=-toolexec=/tool"},
			reason: termination.OutOfMemory, texts: []string{"spec.resources.limits.memory: the compiler was killed", "The limit is 256Mi. Raise spec.resources.limits.memory to 1Gi."}},
		"no go": {
			files: map[string]string{"go.mod": goMod, "main.go": hello}, env: []string{"PATH=/nowhere"},
			reason: termination.GoMissing, texts: []string{"spec.go.image: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPod(t, test.files, test.env...)
			if name == "killed" {
				// go asks a tool for its version first, and builds then
				kill := filepath.Join(p.dir, "compile")
				if err := os.WriteFile(kill, []byte("#!/bin/sh\ncase \"$*\" in *-V=full*) exec \"$@\";; esac\nkill -KILL $$\n"), 0o755); err != nil {
					t.Fatal(err)
				}
				p.env = append(p.env, "GOFLAGS=-toolexec="+kill, "GOCACHE="+filepath.Join(p.dir, "gocache"))
			}
			goproxytest.WriteFiles(t, p.dir, map[string]string{"cache/bin/program": "the last good one"})
			code, message := p.godevd(append(append([]string{"build"}, p.programFlags()...), test.args...)...)
			p.want(code, message, 1, termination.PhaseBuild, test.reason, test.texts...)
			if message.File != test.file || message.Line != test.line || message.Column != test.column ||
				test.error != "-" && message.Error != test.error {
				t.Errorf("%s:%d:%d: %q", message.File, message.Line, message.Column, message.Error)
			}
			if content, _ := os.ReadFile(p.output); string(content) != "the last good one" {
				t.Error("the last good program is lost")
			}
			if _, err := os.Stat(filepath.Join(p.dir, "godev", "built")); err == nil {
				t.Error("there is a marker")
			}
		})
	}
}

func TestBuildTakesANamedPackage(t *testing.T) {
	p := newPod(t, map[string]string{"go.mod": goMod, "cmd/a/a.go": hello, "cmd/b/b.go": hello})
	for given, want := range map[string]string{"./cmd/a": "./cmd/a", "cmd/b/": "./cmd/b", "example.com/x/cmd/a": "./cmd/a"} {
		code, message := p.godevd(append(append([]string{"build"}, p.programFlags()...), "--package", given)...)
		p.want(code, message, 0, termination.PhaseBuild, "")
		if message.Package != want {
			t.Errorf("%s: built %s", given, message.Package)
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(p.output)); len(entries) != 1 {
		t.Errorf("left over: %v", entries)
	}
}

func TestRunBuildsWhatTheMarkerDoesNotMean(t *testing.T) {
	p := newPod(t, map[string]string{"go.mod": goMod, "cmd/a/a.go": hello, "cmd/b/b.go": strings.Replace(hello, "hello", "other", 1)})
	p.godevd(append(append([]string{"build"}, p.programFlags()...), "--package", "./cmd/a")...)
	code, message := p.godevd(append(append([]string{"run"}, p.programFlags()...), "--package", "./cmd/b")...)
	p.want(code, message, 0, termination.PhaseRun, termination.Completed)
	if p.stderr.String() != "other\n" {
		t.Errorf("got %q", p.stderr)
	}
}

func TestAFailureOfTheSourceIsLeftToRunWhereItCanBeMended(t *testing.T) {
	proxy := httptest.NewServer(answer(503))
	defer proxy.Close()
	for name, test := range map[string]struct {
		verb   []string
		files  map[string]string
		code   int
		reason termination.Reason
	}{
		"a compile error":  {[]string{"build"}, map[string]string{"go.mod": goMod, "main.go": "package main\n\nfunc main() { nothing() }\n"}, 0, termination.BuildFailed},
		"no program":       {[]string{"build"}, map[string]string{"go.mod": goMod, "a.go": "package a\n"}, 0, termination.NoMainPackage},
		"no go.sum":        {[]string{"modules"}, map[string]string{"go.mod": usesDep}, 0, termination.GoSumMissing},
		"an outage":        {[]string{"modules", "--lock=Update"}, map[string]string{"go.mod": usesDep}, 1, termination.ModuleProxyUnreachable},
		"a Go that is old": {[]string{"modules"}, map[string]string{"go.mod": "module x\n\ngo 1.99\n"}, 1, termination.GoToolchainTooOld},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPod(t, test.files, "GOPROXY="+proxy.URL, "GOFLAGS=-modcacherw")
			flags := p.workspaceFlags()
			if test.verb[0] == "build" {
				flags = p.programFlags()
			}
			code, message := p.godevd(append(append(test.verb, "--go-on"), flags...)...)
			if code != test.code || message.Reason != test.reason || message.Result != termination.Failed || message.Detail == "" {
				t.Errorf("exit %d, %+v", code, message)
			}
		})
	}
}
