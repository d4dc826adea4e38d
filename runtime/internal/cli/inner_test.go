package cli

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

func TestAStormIsBuiltAtMostTwice(t *testing.T) {
	files := map[string]string{}
	for i := range 500 {
		files[fmt.Sprintf("lib%d/x%d.go", i/10, i)] = fmt.Sprintf("package lib\n\nconst X%d = %d\n", i, i)
	}
	l := newLoop(t, "")
	for name, content := range files {
		l.save(name, content)
	}
	l.save("main.go", l.source("v1"))
	l.serves("v1")
	before := l.builds()
	if before > 2 {
		t.Errorf("%d builds of what was added", before)
	}
	for name, content := range files {
		if err := os.Remove(l.file(name)); err != nil { // as git does it
			t.Fatal(err)
		}
		l.save(name, content+"\nconst More = 1\n")
	}
	l.save("main.go", l.source("v2"))
	l.serves("v2")
	if builds := l.builds() - before; builds > 2 {
		t.Errorf("%d builds", builds)
	}
}

func TestACrashIsRepairedByASave(t *testing.T) {
	l := newLoop(t, "")
	l.extra = "os.Exit(7)"
	l.save("main.go", l.source("crashing"))
	l.stderr.wait(t, "ended with exit code 7", 3) // after the third it waits 4 s
	l.extra = ""
	started := time.Now()
	l.save("main.go", l.source("repaired"))
	l.serves("repaired")
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAProgramThatCompletedIsStartedByASave(t *testing.T) {
	l := newLoop(t, "")
	l.extra = "os.Exit(0)"
	l.save("main.go", l.source("completing"))
	l.stdout.wait(t, "started completing", 1)
	l.extra = ""
	l.save("main.go", l.source("again"))
	l.stdout.wait(t, "started again", 1)
	if starts := l.starts(); starts != 3 {
		t.Errorf("%d starts", starts)
	}
}

func TestTheFirstBuildMayFail(t *testing.T) {
	l := newLoop(t, "")
	_ = l.command.Process.Signal(syscall.SIGTERM)
	l.end(l.command)
	l.save("main.go", "package main\n\nfunc main() { nothing() }\n")
	l.run()
	l.stderr.wait(t, "undefined: nothing", 1)
	l.save("main.go", l.source("first"))
	l.serves("first")

	// And the same with what is wrong before the compiler is asked
	_ = l.command.Process.Signal(syscall.SIGTERM)
	l.end(l.command)
	if err := os.Remove(l.file("go.mod")); err != nil {
		t.Fatal(err)
	}
	l.run()
	l.stderr.wait(t, "has no go.mod", 1)
	l.save("go.mod", goMod)
	l.serves("first")
}

func TestAFirstBuildThatNoSaveMendsEndsTheContainer(t *testing.T) {
	for reason, set := range map[termination.Reason]func(*innerLoop){
		termination.GoMissing: func(l *innerLoop) { l.env = append(l.env, "PATH="+t.TempDir()) },
		termination.ModuleProxyUnreachable: func(l *innerLoop) {
			away := httptest.NewServer(nil)
			away.Close()
			l.env = append(l.env, "GOPROXY="+away.URL, "GOFLAGS=-buildvcs=false -mod=mod")
			l.save("go.mod", goMod+"\nrequire example.com/dep v1.0.0\n")
			l.save("main.go", strings.Replace(l.source("v0"), "import (", "import (\n\t_ \"example.com/dep\"", 1))
		},
	} {
		t.Run(string(reason), func(t *testing.T) {
			l := &innerLoop{}
			l.pod = newPod(t, nil)
			l.save("go.mod", goMod)
			l.save("main.go", l.source("v0"))
			set(l)
			code, message := l.godevd(append([]string{"run", "--reload=OnChange"}, l.programFlags()...)...)
			l.want(code, message, exitFailed, termination.PhaseRun, reason)
		})
	}
}

func TestOnlyChangesOfTheProgramCount(t *testing.T) {
	l := newLoop(t, "", "--exclude=gen/**")
	l.save("main_test.go", "package main\n")
	for _, name := range []string{"notes.txt", ".git/index.go", "testdata/x.go", "node_modules/x/x.go", "vendor/x/x.go", "main.go~", "gen/x/x.go"} {
		l.save(name, "package other\n\nvar x = 1\n")
	}
	now := time.Now().Add(-time.Hour)
	if err := os.Chtimes(l.file("main.go"), now, now); err != nil {
		t.Fatal(err)
	}
	l.save("go.mod", goMod)
	l.save("other/comment.go", "package other\n") // is built, and changes nothing
	l.stderr.wait(t, "the program is the same", 1)
	l.settled()
	if l.builds() != 2 || l.starts() != 2 {
		t.Errorf("%d builds, %d starts", l.builds(), l.starts())
	}
}

func TestEmbeddedFilesCount(t *testing.T) {
	l := newLoop(t, "")
	l.extra = "fmt.Println(\"text\", text)"
	l.save("web/testdata/a.txt", "one")
	l.save("embed.go", "package main\n\nimport \"embed\"\n\n//go:embed web/testdata/*\nvar files embed.FS\n\nvar text = func() string {\n\tentries, _ := files.ReadDir(\"web/testdata\")\n\tcontent, _ := files.ReadFile(\"web/testdata/\" + entries[len(entries)-1].Name())\n\treturn string(content)\n}()\n")
	l.save("main.go", l.source("v1"))
	l.stdout.wait(t, "text one", 1)
	l.save("web/testdata/a.txt", "two")
	l.stdout.wait(t, "text two", 1)
	l.save("web/testdata/b.txt", "three")
	l.stdout.wait(t, "text three", 1)
	l.save("web/other.txt", "four")
	builds := l.builds()
	l.settled()
	if l.builds() != builds+1 {
		t.Errorf("%d builds after a file that is not embedded", l.builds()-builds)
	}
}

func TestAChangeOfGoModDownloadsModules(t *testing.T) {
	dependency := goproxytest.Module{Path: "example.com/dep", Version: "v1.0.0", Files: map[string]string{
		"go.mod": "module example.com/dep\n", "dep.go": "package dep\n\nconst Version = \"from dep\"\n"}}
	for _, lock := range []string{"Update", "ReadOnly"} {
		t.Run(lock, func(t *testing.T) {
			l := newLoop(t, "")
			_ = l.command.Process.Signal(syscall.SIGTERM)
			l.end(l.command)
			proxy := httptest.NewServer(goproxytest.Handler(t, dependency))
			defer proxy.Close()
			l.env = append(l.env, "GOPROXY="+proxy.URL)
			l.run("--lock=" + lock)
			l.serves("v0")
			importing := strings.Replace(l.source("v1"), `const version = "v1"`, `const version = dep.Version`, 1)
			l.save("main.go", strings.Replace(importing, "import (", "import (\n\t\"example.com/dep\"", 1))
			if lock == "ReadOnly" {
				l.stderr.wait(t, "spec.go.modules.lock", 1)
				tidy := exec.Command("go", "mod", "tidy")
				tidy.Dir, tidy.Env = l.workspace, l.env
				if out, err := tidy.CombinedOutput(); err != nil {
					t.Fatalf("%s", out)
				}
			}
			l.serves("from dep")
		})
	}
}
