package cli

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

// versioned is a program that says its version, and does what it is told on the way.
const versioned = `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

var _ = []any{exec.Command, signal.Ignore, syscall.SIGTERM, time.Sleep}

const version = "VERSION"

func main() {
	if len(os.Args) > 1 {
		select {} // a child
	}
	listener, err := net.Listen("tcp", os.Getenv("ADDRESS"))
	if err != nil {
		fmt.Println("cannot listen:", err)
		os.Exit(1)
	}
	fmt.Println("started", version)
	EXTRA
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, version)
	})))
}
`

// innerLoop is a pod whose program is changed while it runs.
type innerLoop struct {
	*pod
	address, extra string
	command        *exec.Cmd
}

// newLoop starts godevd with the server's version v0.
func newLoop(t *testing.T, extra string, flags ...string) *innerLoop {
	t.Helper()
	l := &innerLoop{address: freeAddress(t), extra: extra}
	l.pod = newPod(t, map[string]string{"go.mod": goMod, "main.go": l.source("v0")}, "ADDRESS="+l.address)
	time.Sleep(50 * time.Millisecond) // files this fresh count as changed since the build: the clocks of files and processes differ
	code, message := l.godevd(append([]string{"build"}, l.programFlags()...)...)
	l.want(code, message, 0, termination.PhaseBuild, "")
	l.run(flags...)
	l.stderr.wait(t, " folders, by ", 1)
	l.serves("v0")
	return l
}

func (l *innerLoop) run(flags ...string) {
	l.t.Helper()
	l.command = l.start(append(append([]string{"run", "--reload=OnChange"}, l.programFlags()...), flags...)...)
	l.t.Cleanup(func() {
		if l.command.ProcessState != nil {
			return
		}
		_ = l.command.Process.Signal(syscall.SIGTERM)
		code, message := l.end(l.command)
		l.want(code, message, exitStopped, termination.PhaseRun, termination.Stopped)
		if strings.Contains(l.stdout.String(), "cannot listen") {
			l.t.Error("the port was taken")
		}
	})
}

func (l *innerLoop) source(version string) string {
	return strings.NewReplacer("VERSION", version, "EXTRA", l.extra).Replace(versioned)
}

func (l *innerLoop) file(name string) string { return filepath.Join(l.workspace, name) }

func (l *innerLoop) save(name, content string) {
	l.t.Helper()
	goproxytest.WriteFiles(l.t, l.workspace, map[string]string{name: content})
}

// serves waits until the program answers with the version.
func (l *innerLoop) serves(version string) {
	l.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		got, err := l.get()
		if got == version {
			return
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("%q, %v instead of %s\n%s%s", got, err, version, l.stdout, l.stderr)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (l *innerLoop) get() (string, error) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + l.address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return string(content), err
}

// settled waits until godevd has seen all that was written before: it builds what is written last of all.
func (l *innerLoop) settled() {
	l.t.Helper()
	l.extra += "\n\tfmt.Println(\"settled\")"
	l.save("main.go", l.source("settled"))
	l.stdout.wait(l.t, "started settled", 1)
}

func (l *innerLoop) builds() int { return strings.Count(l.stderr.String(), "reload: building\n") }

func (l *innerLoop) starts() int { return strings.Count(l.stdout.String(), "started ") }

func TestReloadServesTheLastSave(t *testing.T) {
	edits := map[string]int{"Notify": 3, "Poll": 1}
	half := func(content string) (string, string) { return content[:len(content)/2], content[len(content)/2:] }
	styles := map[string]func(t *testing.T, file, before, after string){
		"truncate, then write": func(t *testing.T, file, _, after string) {
			open, err := os.OpenFile(file, os.O_WRONLY|os.O_TRUNC, 0)
			if err != nil {
				t.Fatal(err)
			}
			first, second := half(after)
			for _, part := range []string{first, second} {
				time.Sleep(20 * time.Millisecond) // as a slow disk would
				if _, err := open.WriteString(part); err != nil {
					t.Fatal(err)
				}
			}
			if err := open.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"write and rename": func(t *testing.T, file, _, after string) {
			write(t, file+"~", after)
			if err := os.Rename(file+"~", file); err != nil {
				t.Fatal(err)
			}
		},
		"rename away and write": func(t *testing.T, file, _, after string) {
			if err := os.Rename(file, file+"~"); err != nil {
				t.Fatal(err)
			}
			write(t, file, after)
		},
		"two saves within 50 ms": func(t *testing.T, file, before, after string) {
			write(t, file, before)
			time.Sleep(45 * time.Millisecond)
			write(t, file, after)
		},
		"a save during the build": func(t *testing.T, file, before, after string) {
			write(t, file, before)
			time.Sleep(200 * time.Millisecond)
			write(t, file, after)
		},
		"a folder that replaces another": func(t *testing.T, file, _, after string) {
			library := filepath.Join(filepath.Dir(file), "lib")
			if err := os.RemoveAll(library); err != nil {
				t.Fatal(err)
			}
			fresh := filepath.Join(filepath.Dir(file), "fresh")
			if err := os.MkdirAll(filepath.Join(fresh, "deep"), 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(fresh, "deep", "deep.go"), "package deep\n\nconst Version = `"+after+"`\n")
			if err := os.Rename(fresh, library); err != nil {
				t.Fatal(err)
			}
			write(t, file, after)
		},
	}
	for method := range edits {
		l := newLoop(t, "", "--watch="+method)
		for name, save := range styles {
			t.Run(method+", "+name, func(t *testing.T) {
				for i := range edits[method] {
					version := fmt.Sprintf("%s %d", name, i)
					save(t, l.file("main.go"), l.source("before "+version), l.source(version))
					l.serves(version)
				}
			})
		}
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAFailedBuildLeavesTheProgramRunning(t *testing.T) {
	l := newLoop(t, "")
	stop, failures := make(chan struct{}), make(chan int)
	go func() {
		failed := 0
		for ticker := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-stop:
				ticker.Stop()
				failures <- failed
				return
			case <-ticker.C:
				if got, err := l.get(); err != nil || got != "v0" {
					failed++
				}
			}
		}
	}()
	for i := range 5 {
		l.save("main.go", l.source("v0")+fmt.Sprintf("\nvar x%d int = nothing%d\n", i, i))
		l.stderr.wait(t, fmt.Sprintf("undefined: nothing%d", i), 1)
	}
	l.stderr.wait(t, "the build failed", 5)
	close(stop)
	if failed := <-failures; failed > 0 {
		t.Errorf("%d requests failed", failed)
	}
	l.save("main.go", l.source("good"))
	l.serves("good")
}

func TestReloadNeverMeetsATakenPort(t *testing.T) {
	child := `file, _ := listener.(*net.TCPListener).File()
	child := exec.Command(os.Args[0], "child")
	child.ExtraFiles = []*os.File{file}
	child.SysProcAttr = &syscall.SysProcAttr{%s}
	if err := child.Start(); err != nil { panic(err) }`
	extras := map[string]string{
		"a child":                         fmt.Sprintf(child, ""),
		"a child in its own group":        fmt.Sprintf(child, "Setpgid: true"),
		"a daemon":                        fmt.Sprintf(child, "Setsid: true"),
		"a daemon with its own variables": strings.Replace(fmt.Sprintf(child, "Setsid: true"), "child.SysProcAttr", "child.Env = []string{`OWN=1`}\n\tchild.SysProcAttr", 1),
		"ignores SIGTERM":                 `signal.Ignore(syscall.SIGTERM)`,
		"holds the port after SIGTERM":    `c := make(chan os.Signal, 1); signal.Notify(c, syscall.SIGTERM); go func() { <-c; time.Sleep(time.Second); os.Exit(0) }()`,
		"ends, and leaves a daemon":       fmt.Sprintf(child, "Setsid: true") + "\n\tgo func() { time.Sleep(300*time.Millisecond); os.Exit(3) }()",
	}
	for name, extra := range extras {
		t.Run(name, func(t *testing.T) {
			l := newLoop(t, extra, "--grace=2s")
			for i := range 2 {
				version := fmt.Sprintf("v%d", i+1)
				l.save("main.go", l.source(version))
				l.stdout.wait(t, "started "+version, 1)
				l.serves(version)
			}
		})
	}
}
