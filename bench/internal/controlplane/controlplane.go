// Package controlplane runs a Kubernetes control plane with a simulated node, for benches only: etcd without fsync, an
// API server, the controllers that environments need, the scheduler, and kwok in the place of a kubelet. All of it are
// children of the caller on 127.0.0.1, with their state in one folder.
package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/child"
)

const startLimit = 90 * time.Second

// ControlPlane is one that runs.
type ControlPlane struct {
	state    string
	root     string
	programs checkout.Programs
	ports    ports
	tokens   map[string]string // by user name

	mu        sync.Mutex
	processes []*child.Process // in the order of their start
	stopOnce  sync.Once
	stopErr   error
	detach    func() bool
}

type ports struct{ etcdClients, etcdPeers, apiServer int }

// Start builds the programs that are missing, starts them with their state in a new folder inside dir (the system's
// folder for temporary files if empty), installs the CRD and the operator's roles, and returns when a node is ready.
// The control plane stops when the context ends, or by Stop.
func Start(ctx context.Context, dir string) (*ControlPlane, error) {
	root, err := checkout.Root()
	if err != nil {
		return nil, err
	}
	programs, err := checkout.FindPrograms(ctx, root)
	if err != nil {
		return nil, err
	}
	free, err := child.FreePorts(3)
	if err != nil {
		return nil, err
	}
	state, err := os.MkdirTemp(dir, "godev-bench-")
	if err != nil {
		return nil, err
	}
	cp := &ControlPlane{state: state, root: root, programs: programs, ports: ports{free[0], free[1], free[2]}}
	cp.detach = context.AfterFunc(ctx, func() { cp.Stop() }) //nolint:errcheck // kept for the caller's own Stop
	limited, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := cp.start(limited); err != nil {
		return nil, errors.Join(err, cp.Stop())
	}
	return cp, nil
}

func (cp *ControlPlane) start(ctx context.Context) error {
	if err := cp.writeCredentials(); err != nil {
		return err
	}
	if err := cp.startEtcd(ctx); err != nil {
		return err
	}
	if err := cp.startAPIServer(ctx); err != nil {
		return err
	}
	config, err := cp.AdminConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	// First: the garbage collector looks for kinds at its start, and then only twice a minute.
	if err := cp.install(ctx, client); err != nil {
		return err
	}
	for _, start := range []func() error{cp.startControllerManager, cp.startScheduler, cp.startKwok} {
		if err := start(); err != nil {
			return err
		}
	}
	return addNode(ctx, client)
}

// Stop ends all processes and removes their state. It may be called more than once.
func (cp *ControlPlane) Stop() error {
	cp.stopOnce.Do(func() {
		cp.detach()
		cp.mu.Lock()
		defer cp.mu.Unlock()
		var errs []error
		// Nothing is worth a farewell: the state goes too.
		for _, p := range cp.processes {
			errs = append(errs, p.Kill())
		}
		cp.stopErr = errors.Join(append(errs, os.RemoveAll(cp.state))...)
	})
	return cp.stopErr
}

// Check fails if one of the processes has ended.
func (cp *ControlPlane) Check() error {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	for _, p := range cp.processes {
		if !p.Alive() {
			return fmt.Errorf("%s has ended: see %s", p.Name, p.Log)
		}
	}
	return nil
}

// PIDs are the numbers of its processes, by name.
func (cp *ControlPlane) PIDs() map[string]int {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	pids := map[string]int{}
	for _, p := range cp.processes {
		pids[p.Name] = p.PID()
	}
	return pids
}

// RestartAPIServer kills the API server and starts it again at the same port. It returns when it is ready.
func (cp *ControlPlane) RestartAPIServer(ctx context.Context) error {
	if err := cp.StopAPIServer(); err != nil {
		return err
	}
	return cp.StartAPIServer(ctx)
}

// StopAPIServer kills the API server.
func (cp *ControlPlane) StopAPIServer() error {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	for i, p := range cp.processes {
		if p.Name == apiServer {
			cp.processes = append(cp.processes[:i:i], cp.processes[i+1:]...)
			return p.Kill()
		}
	}
	return errors.New("the API server does not run")
}

// StartAPIServer starts an API server that was stopped. It returns when it is ready.
func (cp *ControlPlane) StartAPIServer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	return cp.startAPIServer(ctx)
}

// State is the folder that holds everything; it is gone after Stop.
func (cp *ControlPlane) State() string { return cp.state }

// APIServerURL is where the API server listens.
func (cp *ControlPlane) APIServerURL() string {
	return fmt.Sprintf("https://127.0.0.1:%d", cp.ports.apiServer)
}

// CA is the file with the certificate that the API server's own is checked against.
func (cp *ControlPlane) CA() string { return cp.file("pki/apiserver.crt") }

// AdminKubeconfig is a file for a user who may do everything.
func (cp *ControlPlane) AdminKubeconfig() string { return cp.kubeconfig(admin) }

// OperatorKubeconfig is a file with the token of the operator's ServiceAccount, which has the roles of an installation.
func (cp *ControlPlane) OperatorKubeconfig() string { return cp.kubeconfig("operator") }

// BareClientKubeconfig is a file for a user whose requests are in the audit log too, and who may do everything.
func (cp *ControlPlane) BareClientKubeconfig() string { return cp.kubeconfig(bareClient) }

// AdminConfig is AdminKubeconfig for client-go, without a limit of requests.
func (cp *ControlPlane) AdminConfig() (*rest.Config, error) { return Config(cp.AdminKubeconfig()) }

// Config reads a kubeconfig for client-go, without a limit of requests.
func Config(kubeconfig string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err == nil {
		config.QPS = -1
	}
	return config, err
}

// AuditLog is a file with a line of JSON for each answered request of the operator and of the bare client.
func (cp *ControlPlane) AuditLog() string { return cp.file("audit.log") }

// Kubectl is the path of the program.
func (cp *ControlPlane) Kubectl() string { return filepath.Join(cp.programs.Kubernetes, "kubectl") }

func (cp *ControlPlane) file(name string) string { return filepath.Join(cp.state, name) }

func (cp *ControlPlane) kubeconfig(user string) string { return cp.file(user + ".kubeconfig") }
