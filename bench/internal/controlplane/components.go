package controlplane

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"godev.io/bench/internal/child"
)

//go:embed audit-policy.yaml
var auditPolicy []byte

//go:embed kwok.yaml
var kwokConfiguration []byte

const (
	apiServer  = "kube-apiserver"
	manager    = "kube-controller-manager"
	scheduler  = "kube-scheduler"
	nodePlayer = "kwok"
)

// The simulated claims have no volume behind them, which the scheduler would wait for.
const schedulerConfiguration = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {kubeconfig: %q, qps: 5000, burst: 10000}
leaderElection: {leaderElect: false}
profiles:
- schedulerName: default-scheduler
  plugins:
    multiPoint:
      disabled: [{name: VolumeBinding}, {name: VolumeZone}, {name: VolumeRestrictions}, {name: NodeVolumeLimits}]
`

func (cp *ControlPlane) run(name, program string, args ...string) (*child.Process, error) {
	p, err := child.Start(child.Command{
		Name:    name,
		Program: program,
		Args:    args,
		// No proxy variables: all traffic is on this machine.
		Env: []string{"PATH=/usr/bin:/bin", "HOME=" + cp.state},
		Log: cp.file(name + ".log"),
	})
	if err == nil {
		cp.mu.Lock()
		cp.processes = append(cp.processes, p)
		cp.mu.Unlock()
	}
	return p, err
}

func (cp *ControlPlane) etcdURL() string {
	return fmt.Sprintf("http://127.0.0.1:%d", cp.ports.etcdClients)
}

func (cp *ControlPlane) startEtcd(ctx context.Context) error {
	peers := fmt.Sprintf("http://127.0.0.1:%d", cp.ports.etcdPeers)
	p, err := cp.run("etcd", filepath.Join(cp.programs.Etcd, "etcd"),
		"--name=bench", "--data-dir="+cp.file("etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+cp.etcdURL(), "--advertise-client-urls="+cp.etcdURL(),
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=bench="+peers)
	if err != nil {
		return err
	}
	return p.WaitFor(ctx, func(ctx context.Context) error {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", cp.ports.etcdClients))
		if err == nil {
			conn.Close()
		}
		return err
	})
}

func (cp *ControlPlane) startAPIServer(ctx context.Context) error {
	if err := os.WriteFile(cp.file("audit-policy.yaml"), auditPolicy, 0o644); err != nil {
		return err
	}
	key := cp.file("service-account.key")
	p, err := cp.run(apiServer, filepath.Join(cp.programs.Kubernetes, apiServer),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", cp.ports.apiServer),
		// Nothing reaches it by the Service "kubernetes", whose endpoint may not be a loopback address.
		"--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
		"--etcd-servers="+cp.etcdURL(),
		// It makes its own certificate there at the first start.
		"--cert-dir="+cp.file("pki"),
		"--token-auth-file="+cp.file("tokens.csv"), "--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.96.0.0/16",
		"--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		// A taint that the controller of real nodes would have to remove.
		"--disable-admission-plugins=TaintNodesByCondition",
		"--audit-policy-file="+cp.file("audit-policy.yaml"), "--audit-log-path="+cp.AuditLog(), "--audit-log-format=json",
		// In megabytes: it is never moved away under its reader.
		"--audit-log-maxsize=8192")
	if err != nil {
		return err
	}
	return p.WaitFor(ctx, cp.ready)
}

func (cp *ControlPlane) startControllerManager() error {
	_, err := cp.run(manager, filepath.Join(cp.programs.Kubernetes, manager),
		"--kubeconfig="+cp.kubeconfig(manager), "--leader-elect=false", "--secure-port=0",
		"--kube-api-qps=5000", "--kube-api-burst=10000",
		"--flex-volume-plugin-dir="+cp.file("volume-plugins"),
		"--service-account-private-key-file="+cp.file("service-account.key"),
		"--controllers=garbage-collector-controller,namespace-controller,serviceaccount-controller,"+
			"persistentvolumeclaim-protection-controller")
	return err
}

func (cp *ControlPlane) startScheduler() error {
	config := cp.file("scheduler.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, schedulerConfiguration, cp.kubeconfig(scheduler)), 0o644); err != nil {
		return err
	}
	_, err := cp.run(scheduler, filepath.Join(cp.programs.Kubernetes, scheduler), "--config="+config, "--secure-port=0")
	return err
}

func (cp *ControlPlane) startKwok() error {
	config := cp.file("kwok.yaml")
	if err := os.WriteFile(config, kwokConfiguration, 0o644); err != nil {
		return err
	}
	_, err := cp.run(nodePlayer, filepath.Join(cp.programs.Kwok, "kwok"),
		"--kubeconfig="+cp.kubeconfig(nodePlayer), "--config="+config, "--node-ip=127.0.0.1")
	return err
}
