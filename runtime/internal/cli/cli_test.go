package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

// TestMain makes the test's own executable godevd, so that tests meet it as a process with its signals.
func TestMain(m *testing.M) {
	if os.Getenv("GODEVD_TEST_MAIN") != "" {
		os.Exit(Main(os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
	}
	code := m.Run()
	delvetest.Remove()
	os.Exit(code)
}

// pod is the folders and variables of an environment's pod.
type pod struct {
	t                      *testing.T
	dir, workspace, output string
	env                    []string
	stdout, stderr         *waiter
}

func newPod(t *testing.T, files map[string]string, env ...string) *pod {
	t.Helper()
	dir := t.TempDir()
	p := &pod{t: t, dir: dir, workspace: filepath.Join(dir, "workspace"), output: filepath.Join(dir, "cache", "bin", "program")}
	if err := os.MkdirAll(p.workspace, 0o755); err != nil {
		t.Fatal(err)
	}
	goproxytest.WriteFiles(t, p.workspace, files)
	goproxytest.WriteFiles(t, dir, map[string]string{"log": "", "cgroup/memory.max": "268435456\n", "cgroup/memory.events": "oom_kill 0\n"})
	p.env = append(goproxytest.Env(t, "off", "GODEVD_TEST_MAIN=1", "GODEV_TERMINATION_LOG="+filepath.Join(dir, "log")), env...)
	return p
}

func (p *pod) workspaceFlags() []string {
	return []string{"--workspace", p.workspace, "--cgroup", filepath.Join(p.dir, "cgroup")}
}

func (p *pod) programFlags() []string {
	return append(p.workspaceFlags(), "--output", p.output, "--marker", filepath.Join(p.dir, "godev", "built"))
}

// start runs godevd in the background.
func (p *pod) start(args ...string) *exec.Cmd {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	command := exec.Command(self, args...)
	command.Env = p.env
	p.stdout, p.stderr = &waiter{}, &waiter{}
	command.Stdout, command.Stderr = p.stdout, p.stderr
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = command.Process.Kill() })
	return command
}

// end waits for godevd, and returns its exit code and message.
func (p *pod) end(command *exec.Cmd) (int, termination.Message) {
	p.t.Helper()
	timer := time.AfterFunc(time.Minute, func() { _ = command.Process.Signal(syscall.SIGQUIT) })
	defer timer.Stop()
	_ = command.Wait()
	var message termination.Message
	content, err := os.ReadFile(filepath.Join(p.dir, "log"))
	if err == nil && len(content) > 0 {
		err = json.Unmarshal(content, &message)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Logf("exit %d, %s\n%s%s", command.ProcessState.ExitCode(), content, p.stdout, p.stderr)
	return command.ProcessState.ExitCode(), message
}

func (p *pod) godevd(args ...string) (int, termination.Message) {
	p.t.Helper()
	return p.end(p.start(args...))
}

// want fails the test unless godevd ended so, with a detail that holds each of the texts.
func (p *pod) want(code int, message termination.Message, wantCode int, phase termination.Phase, reason termination.Reason, texts ...string) {
	p.t.Helper()
	result := termination.Succeeded
	if wantCode != 0 && wantCode != exitStopped {
		result = termination.Failed
	}
	if code != wantCode || message.Phase != phase || message.Reason != reason || message.Result != result || message.Seconds <= 0 {
		p.t.Errorf("exit %d, %+v; want exit %d, %s, %q", code, message, wantCode, phase, reason)
	}
	for _, text := range texts {
		if !strings.Contains(message.Detail, text) {
			p.t.Errorf("the detail lacks %q: %s", text, message.Detail)
		}
	}
}

func TestUsage(t *testing.T) {
	tests := []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"", 0, "godevd install DIR", ""},
		{"help", 0, "godevd run [flags] [-- ARGS...]", ""},
		{"version", 0, "godevd ", ""},
		{"build --help", 0, "-marker file", ""},
		{"source module --help", 0, "-version version", ""},
		{"dance", 2, "", `there is no verb "dance"`},
		{"build --fast", 2, "", "flag provided but not defined: -fast"},
		{"build ./cmd/x", 2, "", `unexpected argument "./cmd/x"`},
		{"build -- x", 2, "", `unexpected argument "--"`},
		{"install", 2, "", "DIR is missing"},
		{"source", 2, "", "has to be module, git, files, sync, host, claim or archive"},
		{"source svn", 2, "", `not "svn"`},
		{"source git", 2, "", "--url is missing"},
		{"source host", 2, "", "--from is missing"},
		{"run --follow -1s", 2, "", "--follow has to be positive, not -1s"},
		{"run --follow 1m", 2, "", "--url is missing"},
		{"run --follow 1m --mirror /host", 2, "", "--follow and --mirror exclude each other"},
		{"source git --url x --depth -1", 2, "", "--depth has to be 0 or more"},
		{"source module --version v1.0.0", 2, "", "--path is missing"},
		{"source module --path x", 2, "", "--version is missing"},
		{"source files", 2, "", "--from is missing"},
		{"modules --lock Sometimes", 2, "", `not "Sometimes"`},
		{"run --memory-limit-percent 101", 2, "", "from 0 to 100"},
		{"run --grace soon", 2, "", "invalid value"},
		{"run --help", 0, "-while-paused string", ""},
		{"run --reload Sometimes", 2, "", "--reload has to be OnChange or Off, not"},
		{"run --watch inotify", 2, "", "--watch has to be Auto, Notify or Poll, not"},
		{"run --while-paused Kill", 2, "", "--while-paused has to be Wait or Restart, not"},
		{"run --lock Sometimes", 2, "", "--lock has to be ReadOnly or Update, not"},
		{"run --exclude a --exclude [", 2, "", "no glob"},
		{"run --debug-port 70000", 2, "", "from 0 to 65535"},
		{"run --instrument Profile", 2, "", "--instrument has to be None, Race or Coverage, not"},
		{"build --instrument Profile", 2, "", "--instrument has to be None, Race or Coverage, not"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := Main(strings.Fields(test.args), nil, &stdout, &stderr)
			if code != test.code || !strings.Contains(stdout.String(), test.stdout) || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("exit %d\nstdout: %s\nstderr: %s", code, &stdout, &stderr)
			}
			if code == 2 && strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("not one line: %q", &stderr)
			}
		})
	}
}

func TestInstallCopiesItself(t *testing.T) {
	p := newPod(t, nil)
	code, message := p.godevd("install", filepath.Join(p.dir, "bin"))
	p.want(code, message, 0, termination.PhaseInstall, "")
	out, err := exec.Command(filepath.Join(p.dir, "bin", "godevd"), "-test.list=TestUsage").Output()
	if err != nil || !strings.Contains(string(out), "TestUsage") {
		t.Errorf("the copy does not run: %s, %v", out, err)
	}
}
