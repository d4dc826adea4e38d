// Package operator runs the operator as a process of its own against a control plane, with the settings that its
// Deployment gives it.
package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/child"
)

// Options say how to run the operator.
type Options struct {
	Kubeconfig string
	Dir        string   // for its log and its temporary files
	Env        []string // NAME=value, added to those of the Deployment, and before them where both name one
	JVM        []string // further options of the Java virtual machine
	Name       string   // of the process and its log; "operator" if empty
	App        *App     // what "mvn package" left in the checkout if nil
}

// Operator is a running operator.
type Operator struct {
	*child.Process
	started time.Time
	port    int
	cgroup  *cgroup
	jcmd    string
}

const readyLimit = 60 * time.Second

// Start starts the operator that "mvn package" built. It does not wait: see WaitReady.
func Start(o Options) (*Operator, error) {
	root, err := checkout.Root()
	if err != nil {
		return nil, err
	}
	app := o.App
	if app == nil {
		if app, err = built(root); err != nil {
			return nil, err
		}
	}
	d, err := readDeployment(root)
	if err != nil {
		return nil, err
	}
	free, err := child.FreePorts(1)
	if err != nil {
		return nil, err
	}
	program, err := exec.LookPath(app.java)
	if err != nil {
		return nil, err
	}
	name := o.Name
	if name == "" {
		name = "operator"
	}
	memory := newCgroup(fmt.Sprintf("godev-bench-%d-%s", os.Getpid(), name), d.memory)
	args := append(app.options(root), append([]string{
		// The share for the heap is that of the container's memory, whether or not a cgroup tells the limit.
		fmt.Sprintf("-XX:MaxRAM=%d", d.memory), "-Djava.io.tmpdir=" + o.Dir,
	}, o.JVM...)...)
	env := append(append(d.env, // of two with one name the last counts
		"PATH=/usr/bin:/bin", "HOME="+o.Dir, "LANG=C.UTF-8", "KUBECONFIG="+o.Kubeconfig,
		// The name of the pod stays over a restart of its container, and so does the one that holds the lease.
		"HOSTNAME=godev-"+name,
		"QUARKUS_HTTP_HOST=127.0.0.1", fmt.Sprintf("QUARKUS_HTTP_PORT=%d", free[0]), "GODEV_REPORT_PORT=0"), o.Env...)
	started := time.Now()
	p, err := child.Start(child.Command{
		Name: name, Program: program, Args: append(args, "-jar", filepath.Join(app.folder, "quarkus-run.jar")), Env: env,
		Log: filepath.Join(o.Dir, name+".log"), Cgroup: memory.procs(),
	})
	if err != nil {
		return nil, errors.Join(err, memory.remove())
	}
	return &Operator{Process: p, started: started, port: free[0], cgroup: memory, jcmd: filepath.Join(filepath.Dir(program), "jcmd")}, nil
}

// Ready fails while the operator does not call itself ready, be it as a standby.
func (o *Operator) Ready(ctx context.Context) error {
	_, err := o.get(ctx, "/q/health/ready")
	return err
}

// Live fails when the operator calls itself stuck.
func (o *Operator) Live(ctx context.Context) error {
	_, err := o.get(ctx, "/q/health/live")
	return err
}

// Leading fails while the operator is not ready, or waits for the lease.
func (o *Operator) Leading(ctx context.Context) error {
	body, err := o.get(ctx, "/q/health/ready")
	if err == nil && bytes.Contains(body, []byte(`"standby"`)) {
		err = errors.New("it waits for the lease")
	}
	return err
}

func (o *Operator) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.URL()+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, response.Status)
	}
	return body, err
}

// URL is where its health and its metrics are.
func (o *Operator) URL() string { return fmt.Sprintf("http://127.0.0.1:%d", o.port) }

// WaitReady waits until the operator is ready and leads, and returns how long it took from its start.
func (o *Operator) WaitReady(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	// A probe that fails is logged by the operator, and costs it time.
	err := o.WaitForEach(ctx, 50*time.Millisecond, o.Leading)
	return time.Since(o.started), err
}

// Stop sends SIGTERM and waits for the end, as long as a pod of the Deployment has for it.
func (o *Operator) Stop() error {
	return errors.Join(o.Process.Stop(20*time.Second), o.cgroup.remove())
}

// Kill sends SIGKILL.
func (o *Operator) Kill() error { return errors.Join(o.Process.Kill(), o.cgroup.remove()) }

// MemoryLimited tells whether the kernel holds the operator to its container's memory limit.
func (o *Operator) MemoryLimited() bool { return o.cgroup != nil }

// Usage is what the kernel counts of a process.
type Usage struct {
	RSS     int64 // bytes
	MaxRSS  int64 // bytes
	Threads int
}

// Usage reads it.
func (o *Operator) Usage() (Usage, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", o.PID()))
	if err != nil {
		return Usage{}, err
	}
	var u Usage
	for line := range strings.Lines(string(content)) {
		field := strings.Fields(line)
		if len(field) < 2 {
			continue
		}
		n, err := strconv.ParseInt(field[1], 10, 64)
		if err != nil {
			continue
		}
		switch field[0] {
		case "VmRSS:":
			u.RSS = n << 10
		case "VmHWM:":
			u.MaxRSS = n << 10
		case "Threads:":
			u.Threads = int(n)
		}
	}
	if u.RSS == 0 {
		return Usage{}, errors.New("no memory in /proc: the operator has ended")
	}
	return u, nil
}

// Jcmd runs a diagnostic command of the Java virtual machine, such as "Thread.print" or "GC.run".
func (o *Operator) Jcmd(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, o.jcmd, append([]string{strconv.Itoa(o.PID())}, args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("jcmd %s: %w %s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
