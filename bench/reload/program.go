package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// source is a program to reload: an HTTP server whose answer is written in one of its files.
type source struct {
	name string
	// make fills an empty folder.
	make func(dir string) error
	// edited is the file that is saved, relative to the folder, and holds the answer once.
	edited, answer string
	// args are the program's for a folder of its own and a port.
	args func(dir string, port int) ([]string, error)
	path string
}

const helloModule = "module example.com/hello\n\ngo 1.25\n"

const helloMain = `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "ANSWER")
	})
	if err := http.ListenAndServe(os.Args[1], nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

// small is one file that imports only Go's own packages.
var small = source{
	name:   "small",
	edited: "main.go", answer: "ANSWER", path: "/",
	make: func(dir string) error {
		for name, content := range map[string]string{"go.mod": helloModule, "main.go": helloMain} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
				return err
			}
		}
		return nil
	},
	args: func(_ string, port int) ([]string, error) { return []string{fmt.Sprintf("127.0.0.1:%d", port)}, nil },
}

// coreDNS is the version of the test cluster's. It has about a hundred packages of its own; one of them answers /health.
const coreDNS = "github.com/coredns/coredns@v1.12.4"

var large = source{
	name:   "CoreDNS",
	edited: "plugin/health/health.go", answer: "http.StatusText(http.StatusOK)", path: "/health",
	make: func(dir string) error {
		out, err := exec.Command("go", "mod", "download", "-json", coreDNS).Output()
		if err != nil {
			return fmt.Errorf("go mod download %s: %w", coreDNS, err)
		}
		_, rest, _ := strings.Cut(string(out), `"Dir": "`)
		from, _, found := strings.Cut(rest, `"`)
		if !found {
			return fmt.Errorf("go mod download %s: odd answer %s", coreDNS, out)
		}
		return os.CopyFS(dir, writable{os.DirFS(from)})
	},
	args: func(dir string, port int) ([]string, error) {
		file := filepath.Join(dir, "Corefile")
		content := fmt.Sprintf(".:0 {\n\tbind 127.0.0.1\n\thealth 127.0.0.1:%d\n}\n", port)
		return []string{"-conf", file}, os.WriteFile(file, []byte(content), 0o644)
	},
}
