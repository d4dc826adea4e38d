// Package goproxytest serves Go modules from memory by the module proxy protocol
// (https://go.dev/ref/mod#goproxy-protocol), so that tests run the real go command without a network.
package goproxytest

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// Module is one module version. Without a go.mod among Files the proxy serves a synthesised one,
// as real proxies do for code older than modules.
type Module struct {
	Path, Version string
	Files         map[string]string
}

// Handler serves the modules. Everything else is 404.
func Handler(t testing.TB, modules ...Module) http.Handler {
	t.Helper()
	answers := map[string][]byte{}
	for _, m := range modules {
		path, err := module.EscapePath(m.Path)
		if err != nil {
			t.Fatal(err)
		}
		version, err := module.EscapeVersion(m.Version)
		if err != nil {
			t.Fatal(err)
		}
		info, err := json.Marshal(map[string]any{"Version": m.Version, "Time": time.Unix(1700000000, 0).UTC()})
		if err != nil {
			t.Fatal(err)
		}
		mod := m.Files["go.mod"]
		if mod == "" {
			mod = "module " + m.Path + "\n"
		}
		prefix := "/" + path + "/@v/"
		answers[prefix+"list"] = append(answers[prefix+"list"], m.Version+"\n"...)
		answers[prefix+version+".info"] = info
		answers[prefix+version+".mod"] = []byte(mod)
		answers[prefix+version+".zip"] = zipped(t, m)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, known := answers[r.URL.Path]
		if !known {
			http.Error(w, "not found: no such module here", http.StatusNotFound)
			return
		}
		_, _ = w.Write(answer)
	})
}

func zipped(t testing.TB, m Module) []byte {
	t.Helper()
	var files []zip.File
	for name, content := range m.Files {
		files = append(files, file{name, content})
	}
	var out bytes.Buffer
	if err := zip.Create(&out, module.Version{Path: m.Path, Version: m.Version}, files); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type file struct{ name, content string }

func (f file) Path() string                 { return f.name }
func (f file) Lstat() (fs.FileInfo, error)  { return info{f}, nil }
func (f file) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.content)), nil }

type info struct{ f file }

func (i info) Name() string       { return filepath.Base(i.f.name) }
func (i info) Size() int64        { return int64(len(i.f.content)) }
func (i info) Mode() fs.FileMode  { return 0o644 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }

// buildCache is the developer's own build cache: an empty one would compile the standard library in every test.
var buildCache = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(out))
})

// Env is the environment godevd meets in a pod, with its own module cache, the given GOPROXY,
// and no checksum database. Later entries of extra win, as in os/exec.
func Env(t testing.TB, goproxy string, extra ...string) []string {
	t.Helper()
	home := t.TempDir()
	// go's telemetry writes from a process of its own, which may outlive the test and its folder
	WriteFiles(t, home, map[string]string{".config/go/telemetry/mode": "off"})
	return append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + home,
		"GOENV=off",
		"GOCACHE=" + buildCache(),
		"GOMODCACHE=" + filepath.Join(home, "mod"),
		"GOPATH=" + filepath.Join(home, "path"),
		"GOTMPDIR=" + t.TempDir(),
		"GOFLAGS=-buildvcs=false -modcacherw",
		"GOTOOLCHAIN=local",
		"GOSUMDB=off",
		"GOPROXY=" + goproxy,
	}, extra...)
}

// WriteFiles writes files below dir, making the folders they need.
func WriteFiles(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
