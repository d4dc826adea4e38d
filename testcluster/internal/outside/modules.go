package outside

import (
	"archive/zip"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
)

// Modules is a module proxy (https://go.dev/ref/mod#goproxy-protocol) of two small modules. The first element of the
// path says how it behaves, so that GOPROXY picks it: https://HOST/private, for example.
type Modules struct {
	user     string
	password string
	files    map[string][]byte // by their path in the protocol
	altered  map[string][]byte // the same of modules that somebody changed
	log      *log.Logger
}

// The behaviours. Where a login is wanted, the modules are there for who has it.
const (
	Public    = "public"    // everybody gets every module
	Empty     = "empty"     // 404: it knows no module
	Altered   = "altered"   // the content is not that which was published
	Private   = "private"   // 401 without a login
	Forbidden = "forbidden" // 403 without a login
	Hidden    = "hidden"    // 404 without a login, as if there were no such module
	Broken    = "broken"    // 503
)

// published are the modules: path and version, then file names and contents.
var published = map[string]map[string]string{
	"example.com/greeting@v1.0.0": {
		"go.mod":      "module example.com/greeting\n\ngo 1.26\n",
		"greeting.go": "// Package greeting has the words.\npackage greeting\n\n// Words are a greeting.\nconst Words = \"hello\"\n",
	},
	"example.com/sleeper@v1.0.0": {
		"go.mod":  "module example.com/sleeper\n\ngo 1.26\n",
		"main.go": "package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n",
	},
}

// NewModules makes a module proxy that knows one login and writes a line per request to out.
func NewModules(user, password string, out io.Writer) (*Modules, error) {
	files, err := answers("")
	if err != nil {
		return nil, err
	}
	altered, err := answers("// somebody was here\n")
	if err != nil {
		return nil, err
	}
	return &Modules{user, password, files, altered, log.New(out, "", 0)}, nil
}

// answers are the files of the protocol by their paths; addition is put at the end of every Go file.
func answers(addition string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for module, contents := range published {
		content, err := archive(module, contents, addition)
		if err != nil {
			return nil, err
		}
		path, version, _ := strings.Cut(module, "@")
		prefix := "/" + path + "/@v/"
		files[prefix+"list"] = []byte(version + "\n")
		files[prefix+version+".info"] = fmt.Appendf(nil, `{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, version)
		files[prefix+version+".mod"] = []byte(contents["go.mod"])
		files[prefix+version+".zip"] = content
	}
	return files, nil
}

// archive makes a module's zip.
func archive(module string, files map[string]string, addition string) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, content := range files {
		file, err := archive.Create(module + "/" + name)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, ".go") {
			content += addition
		}
		if _, err := io.WriteString(file, content); err != nil {
			return nil, err
		}
	}
	err := archive.Close()
	return out.Bytes(), err
}

// ServeHTTP answers one request of a go command.
func (m *Modules) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	behaviour, file, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	user, password, _ := r.BasicAuth()
	known := user == m.user && password == m.password
	files := m.files
	status := http.StatusOK
	switch {
	case behaviour == Altered:
		files = m.altered
	case behaviour == Empty, behaviour == Hidden && !known:
		status = http.StatusNotFound
	case behaviour == Private && !known:
		w.Header().Set("WWW-Authenticate", `Basic realm="modules"`)
		status = http.StatusUnauthorized
	case behaviour == Forbidden && !known:
		status = http.StatusForbidden
	case behaviour == Broken:
		status = http.StatusServiceUnavailable
	}
	content, found := files["/"+file]
	if status == http.StatusOK && !found {
		status = http.StatusNotFound
	}
	m.log.Printf("%d %s", status, r.URL.Path)
	if status != http.StatusOK {
		http.Error(w, strings.ToLower(http.StatusText(status)), status)
		return
	}
	w.Write(content) //nolint:errcheck // the client is gone then
}

// UntrustedTLS is the configuration of a server at that host, an address or a name, whose authority nobody knows; its
// certificate is written to a file.
func UntrustedTLS(host, caOut string) (*tls.Config, error) {
	a, err := newAuthority()
	if err != nil {
		return nil, err
	}
	if err := a.writeCA(caOut); err != nil {
		return nil, err
	}
	certificate, err := a.certificate(host)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{*certificate}}, nil
}
